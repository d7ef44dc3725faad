#include "aligner/word_aligner.h"

#include <omp.h>

#include <catch2/catch.hpp>
#include <map>

#include "storage/temporary_folder.h"
#include "support/error.h"
#include "support/random.h"

namespace alinea {

namespace {

constexpr int32_t kWords = 40;

// Word w is translated by w. Every third sentence has two neighbours in the other order, and every
// fourth ends with a word that translates nothing.
struct MadeUp {
  WordPairs pairs;
  std::vector<Links> gold;

  explicit MadeUp(int64_t count) {
    for (WordSide* side : {&pairs.source, &pairs.target})
      for (int32_t w = 0; w <= kWords; ++w) side->words.push_back(std::to_string(w));
    Random random(3);
    for (int64_t n = 0; n < count; ++n) add(random, n);
  }

  void add(Random& random, int64_t n) {
    std::vector<int32_t> source, order;
    const auto length = static_cast<int32_t>(3 + random.next() % 7);
    for (int32_t i = 0; i < length; ++i) {
      source.push_back(static_cast<int32_t>(random.next() % kWords));
      order.push_back(i);
    }
    if (n % 3 == 0) std::swap(order[1], order[2]);
    std::vector<int32_t> target;
    Links links;
    for (const int32_t i : order) {
      links.push_back({i, static_cast<int32_t>(target.size())});
      target.push_back(source[static_cast<size_t>(i)]);
    }
    if (n % 4 == 0) target.push_back(kWords);
    std::ranges::sort(links);
    gold.push_back(links);
    pairs.source.lines.push_back(source);
    pairs.target.lines.push_back(target);
  }
};

int64_t differing(WordAligner& aligner, const MadeUp& text) {
  int64_t count = 0;
  for (int64_t n = 0; n < text.pairs.size(); ++n)
    if (aligner.links(n) != text.gold[static_cast<size_t>(n)]) ++count;
  return count;
}

}  // namespace

TEST_CASE("a made-up language is aligned as it was made") {
  const MadeUp text(600);
  const bool agreement = GENERATE(true, false);
  // Of two like words that change places, the model cannot say which became which.
  WordAligner aligner(text.pairs, {.agreement = agreement}, {});
  const int64_t different = differing(aligner, text);
  CHECK(different <= (agreement ? 30 : 90));
  // Model 1 alone cannot tell like words apart at all.
  WordAligner without_order(text.pairs, {.hmm_iterations = 0, .agreement = agreement}, {});
  CHECK(differing(without_order, text) > 2 * different);
}

TEST_CASE("every iteration makes the text more probable") {
  const MadeUp text(200);
  std::map<std::string, std::vector<double>> nats;
  const WordAligner aligner(
      text.pairs, {.agreement = false, .prior = 1e-6},
      [&](const std::string& model, int64_t iteration, double forward, double backward) {
        CHECK(iteration == std::ssize(nats[model]) / 2 + 1);
        nats[model].push_back(forward);
        nats[model].push_back(backward);
      });
  REQUIRE(nats.size() == 2);
  for (const auto& [model, values] : nats) {
    REQUIRE(values.size() == 10);
    for (size_t i = 2; i < values.size(); ++i) CHECK(values[i] < values[i - 2] + 1e-3);
  }
}

TEST_CASE("the lexicon has the share of each translation") {
  const MadeUp text(600);
  const WordAligner aligner(text.pairs, {}, {});
  std::map<int32_t, double> sums;
  for (const auto& [source, target, probability] : aligner.lexicon(0)) {
    sums[source] += probability;
    if (source == target) CHECK(probability > 0.95);
  }
  CHECK(std::ssize(sums) == kWords);
  for (const auto& [source, sum] : sums) CHECK(sum == Approx(1));
  CHECK(std::ssize(aligner.lexicon(0.5)) == kWords);
}

TEST_CASE("a side without words has no links, and takes no other pair with it") {
  MadeUp text(300);
  text.pairs.source.lines[5].clear();
  text.pairs.target.lines[9].clear();
  text.pairs.source.lines[11].clear();
  text.pairs.target.lines[11].clear();
  for (const size_t n : {5, 9, 11}) text.gold[n].clear();
  WordAligner aligner(text.pairs, {}, {});
  CHECK(differing(aligner, text) <= 3);
  CHECK(aligner.links(5).empty());
}

TEST_CASE("the same threads give the same links, and other threads nearly") {
  const MadeUp text(300);
  const int threads = omp_get_max_threads();
  const auto lexicon_on = [&](int count) {
    omp_set_num_threads(count);
    std::vector<double> values;
    for (const auto& entry : WordAligner(text.pairs, {}, {}).lexicon(0.01))
      values.push_back(entry.probability);
    return values;
  };
  const std::vector<double> one = lexicon_on(1), three = lexicon_on(3), again = lexicon_on(3);
  omp_set_num_threads(threads);
  CHECK(three == again);
  REQUIRE(one.size() == three.size());
  for (size_t i = 0; i < one.size(); ++i) CHECK(one[i] == Approx(three[i]).margin(1e-4));
}

TEST_CASE("a parallel text is read as numbers") {
  const TemporaryFolder folder;
  LeftOut left_out;
  const WordPairs pairs = read_word_pairs(
      {folder.file("source", "The  cat\n\nthe\tCAT \n"), folder.file("target", "x\ny\nx x\n")},
      {.lowercase = true}, left_out);
  CHECK(left_out.long_pairs == 0);
  CHECK(left_out.faults.empty());
  CHECK(pairs.source.words == std::vector<std::string>{"the", "cat"});
  REQUIRE(pairs.size() == 3);
  CHECK(pairs.source.lines[1].empty());
  CHECK(pairs.source.lines[2] == pairs.source.lines[0]);
  CHECK(pairs.target.lines[2] == std::vector<int32_t>{0, 0});
  CHECK(pairs.has_pairs());
  CHECK_FALSE(pairs.is_pair(1));
  CHECK_FALSE(
      read_word_pairs({folder.file("left", "a\n\n"), folder.file("right", "\nx\n")}, {}, left_out)
          .has_pairs());
}

TEST_CASE("long pairs and lines that are no text are read as empty ones") {
  const TemporaryFolder folder;
  LeftOut left_out;
  const WordPairs pairs = read_word_pairs(
      {folder.file("source", "a b c\na b\n\xff\na\n"), folder.file("target", "x\ny\nz\nx y z\n")},
      {.max_length = 2}, left_out);
  REQUIRE(pairs.size() == 4);
  for (const int64_t n : {0, 2, 3}) {
    CHECK(pairs.source.line(n).empty());
    CHECK(pairs.target.line(n).empty());
  }
  CHECK(pairs.source.line(1).size() == 2);
  CHECK(pairs.target.words == std::vector<std::string>{"y"});
  CHECK(left_out.long_pairs == 2);
  REQUIRE(left_out.faults.size() == 1);
  CHECK_THAT(left_out.faults.at(2), Catch::Contains("UTF-8"));
}

}  // namespace alinea
