#include "text/corpus.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <numeric>

#include "distributed/thread_ranks.h"
#include "storage/temporary_folder.h"
#include "support/error.h"
#include "text/gzip.h"

namespace alinea {

using Catch::Matchers::Contains;
using Ids = std::vector<int32_t>;

namespace {

Language language(std::vector<std::string> words) {
  return {make_tokenizer("space", {}), Vocabulary(std::move(words))};
}

Ids ids(std::span<const int32_t> span) { return {span.begin(), span.end()}; }

class CountingTokenizer : public Tokenizer {
 public:
  explicit CountingTokenizer(std::atomic<int>& lines) : lines_(lines) {}

  std::vector<std::string> split(std::string_view line) const override {
    ++lines_;
    return spaces_->split(line);
  }
  std::string join(std::span<const std::string> tokens) const override {
    return spaces_->join(tokens);
  }
  std::vector<std::string_view> places(std::string_view line) const override {
    return spaces_->places(line);
  }
  std::string_view name() const override { return spaces_->name(); }

 private:
  std::atomic<int>& lines_;
  std::unique_ptr<Tokenizer> spaces_ = make_tokenizer("space", {});
};

struct Fixture {
  TemporaryFolder folder;
  Language source = language({"<unk>", "<s>", "</s>", "a", "b", "c"});
  Language target = language({"<unk>", "<s>", "</s>", "x", "y"});
  Group alone;

  ParallelFiles files(std::string_view source_text, std::string_view target_text) const {
    return {folder.file("s.txt", source_text), folder.file("t.txt", target_text)};
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a corpus holds the ids of both sides and counts them") {
  const auto corpus =
      read_parallel(files("a b\nc d </s>\n", gzip("y\nx x z y x")), source, target, 0);
  REQUIRE(corpus.size() == 2);
  CHECK(ids(corpus.source(0)) == Ids{3, 4});
  CHECK(ids(corpus.target(0)) == Ids{4});
  CHECK(ids(corpus.source(1)) == Ids{5, 0, 0});
  CHECK(ids(corpus.target(1)) == Ids{3, 3, 0, 4, 3});
  const CorpusReport& report = corpus.report();
  CHECK(report.pairs == 2);
  CHECK(report.skipped_empty == 0);
  CHECK(report.skipped_long == 0);
  CHECK(report.source_tokens == 5);
  CHECK(report.target_tokens == 6);
  CHECK(report.source_unknown == 2);
  CHECK(report.target_unknown == 1);
  CHECK_THROWS(corpus.source(2));
  CHECK_THROWS(corpus.target(-1));
}

TEST_CASE_METHOD(Fixture, "empty and long pairs are skipped and counted") {
  const auto pairs = files("a\n\na b c\na\nb b\nc\n", "x\nx\nx\n \t\nx y\nx y x\n");
  const auto corpus = read_parallel(pairs, source, target, 2);
  REQUIRE(corpus.size() == 2);
  CHECK(ids(corpus.source(1)) == Ids{4, 4});
  CHECK(ids(corpus.target(1)) == Ids{3, 4});
  CHECK(corpus.report().pairs == 2);
  CHECK(corpus.report().skipped_empty == 2);
  CHECK(corpus.report().skipped_long == 2);
  CHECK(corpus.line(0) == 1);
  CHECK(corpus.line(1) == 5);
  CHECK(corpus.report().lines() == 6);
  CHECK(corpus.report().source_tokens == 3);
  CHECK(read_parallel(pairs, source, target, 0).size() == 4);
}

TEST_CASE_METHOD(Fixture, "nothing is skipped where empty pairs are kept") {
  const auto corpus = read_parallel(files("a\n\n\nb\n", "x\ny\n\n\n"), source, target,
                                    ReadOptions{.keep_empty = true});
  REQUIRE(corpus.size() == 4);
  CHECK(corpus.source(1).empty());
  CHECK(ids(corpus.target(1)) == Ids{4});
  CHECK(corpus.source(2).empty());
  CHECK(corpus.target(2).empty());
  CHECK(ids(corpus.source(3)) == Ids{4});
  CHECK(corpus.report().skipped_empty == 0);
}

TEST_CASE_METHOD(Fixture, "texts come one behind the other, each with its own report") {
  ParallelCorpus corpus;
  const ReadOptions options{.max_length = 2};
  const CorpusReport first =
      add_pairs(corpus, files("a d\n\n", "x\nx\n"), source, target, options, alone);
  const CorpusReport second = add_pairs(corpus, {folder.file("b", "b\ty z\na b c\tx\nc\tx x\n")},
                                        source, target, options, alone);
  REQUIRE(corpus.size() == 3);
  CHECK(ids(corpus.source(0)) == Ids{3, 0});
  CHECK(ids(corpus.target(1)) == Ids{4, 0});
  CHECK(ids(corpus.source(2)) == Ids{5});
  CHECK(first.pairs == 1);
  CHECK(first.skipped_empty == 1);
  CHECK(first.source_tokens == 2);
  CHECK(first.source_unknown == 1);
  CHECK(second.pairs == 2);
  CHECK(second.skipped_empty == 0);
  CHECK(second.skipped_long == 1);
  CHECK(second.target_tokens == 4);
  CHECK(second.target_unknown == 1);
  CHECK(corpus.report().pairs == 3);
  CHECK(corpus.report().skipped_empty == 1);
  CHECK_THROWS_WITH(
      add_pairs(corpus, {folder.file("b", "a b c\tx\n")}, source, target, options, alone),
      Contains("b': 0 empty, 1 with more"));
}

TEST_CASE_METHOD(Fixture, "a corpus on disk is the one in memory") {
  const ParallelFiles pairs = files("a b\nc\n\nb b b a\n", "x\ny y\nx\ny\n");
  const ReadOptions options{.keep_empty = true};
  const ParallelCorpus memory = read_parallel(pairs, source, target, options);
  ParallelCorpus disk(Placement::kDisk);
  add_pairs(disk, pairs, source, target, options, alone);
  disk.finish();
  REQUIRE(disk.size() == 4);
  for (int64_t i = 3; i >= 0; --i) {
    CHECK(ids(disk.source(i)) == ids(memory.source(i)));
    CHECK(ids(disk.target(i)) == ids(memory.target(i)));
  }
  CHECK(disk.report().source_tokens == 7);
  CHECK_THROWS(disk.source(4));
}

TEST_CASE_METHOD(Fixture, "each rank makes tokens of its share of the lines, and all get all") {
  constexpr int64_t kRanks = 3;
  constexpr int kLines = 7777;
  std::string sources, targets;
  for (int i = 0; i < kLines; ++i) {
    sources += (i % 50 == 0 ? "" : i % 2 == 0 ? "a b" : "c a d") + std::string("\n");
    targets += (i % 3 == 0 ? "x y y x x" : "y") + std::string("\n");
  }
  const ParallelFiles texts = files(sources, targets);
  const ReadOptions options{.max_length = 4};
  const ParallelCorpus expected = read_parallel(texts, source, target, options);

  std::vector<std::atomic<int>> lines(kRanks);
  std::vector<ParallelCorpus> corpora(kRanks);
  ThreadRanks(kRanks).run([&](Group& group) {
    const auto rank = static_cast<size_t>(group.rank());
    const Language counted(std::make_unique<CountingTokenizer>(lines[rank]), source.vocabulary());
    add_pairs(corpora[rank], texts, counted, target, options, group);
  });
  for (size_t rank = 0; rank < kRanks; ++rank) {
    CHECK(lines[rank] == Approx(kLines / kRanks).margin(1000));
    const ParallelCorpus& corpus = corpora[rank];
    REQUIRE(corpus.size() == expected.size());
    CHECK(corpus.report().skipped_long == expected.report().skipped_long);
    CHECK(corpus.report().source_unknown == expected.report().source_unknown);
    for (int64_t i = 0; i < corpus.size(); ++i) {
      REQUIRE(ids(corpus.source(i)) == ids(expected.source(i)));
      REQUIRE(ids(corpus.target(i)) == ids(expected.target(i)));
      REQUIRE(corpus.line(i) == expected.line(i));
    }
  }
  CHECK(std::accumulate(lines.begin(), lines.end(), 0) == kLines);
}

TEST_CASE_METHOD(Fixture, "files of different lengths are refused with both counts") {
  CHECK_THROWS_WITH(read_parallel(files("a\nb\nc\na\nb\n", "x\ny\n"), source, target, 0),
                    Contains("s.txt' has 5") && Contains("t.txt' has 2"));
  CHECK_THROWS_WITH(read_parallel(files("", "x\ny\nx\n"), source, target, 0),
                    Contains("s.txt' has 0") && Contains("t.txt' has 3"));
}

TEST_CASE_METHOD(Fixture, "a corpus of no pairs is refused with the reason") {
  CHECK_THROWS_WITH(read_parallel(files("", ""), source, target, 0), Contains("have no lines"));
  CHECK_THROWS_WITH(read_parallel(files("\na\n", "x\n\n"), source, target, 0), Contains("2 empty"));
  CHECK_THROWS_WITH(read_parallel(files("a b\n", "x\n"), source, target, 1),
                    Contains("1 with more than 1 token:") && Contains("max-length"));
}

TEST_CASE_METHOD(Fixture, "errors of a text name its file and line") {
  CHECK_THROWS_WITH(read_parallel(files("a\nb\n", "x\n\xff\n"), source, target, 0),
                    Contains("t.txt', line 2"));
  CHECK_THROWS_WITH(
      read_parallel({folder.path() / "none", folder.file("t", "")}, source, target, 0),
      Contains("none"));
}

}  // namespace alinea
