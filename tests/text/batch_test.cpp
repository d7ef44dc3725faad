#include "text/batch.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <set>

#include "support/error.h"
#include "text/all_batches.h"

namespace alinea {

using Ids = std::vector<int32_t>;
using Indices = std::vector<int64_t>;
using Batches = std::vector<Indices>;

namespace {

// Sentence i has i * 7 % 11 source tokens and i * 5 % 13 target tokens.
ParallelCorpus corpus_of(int64_t size) {
  ParallelCorpus corpus;
  for (int64_t i = 0; i < size; ++i) {
    corpus.add(Ids(static_cast<size_t>(i * 7 % 11), 3), Ids(static_cast<size_t>(i * 5 % 13), 4));
  }
  return corpus;
}

Indices sorted(const Batches& batches) {
  Indices all;
  for (const Indices& batch : batches) all.insert(all.end(), batch.begin(), batch.end());
  std::ranges::sort(all);
  return all;
}

Indices first_integers(int64_t count) {
  Indices all;
  for (int64_t i = 0; i < count; ++i) all.push_back(i);
  return all;
}

// Sentences times the longest target, </s> counted.
int64_t area(const ParallelCorpus& corpus, const Indices& batch) {
  int64_t longest = 0;
  for (const int64_t i : batch) {
    longest = std::max(longest, static_cast<int64_t>(corpus.target(i).size()) + 1);
  }
  return longest * static_cast<int64_t>(batch.size());
}

int64_t source_spread(const ParallelCorpus& corpus, const Indices& batch) {
  int64_t shortest = std::numeric_limits<int64_t>::max();
  int64_t longest = 0;
  for (const int64_t i : batch) {
    shortest = std::min(shortest, static_cast<int64_t>(corpus.source(i).size()));
    longest = std::max(longest, static_cast<int64_t>(corpus.source(i).size()));
  }
  return longest - shortest;
}

}  // namespace

TEST_CASE(
    "a batch has </s> behind every sentence, no padding, and is sorted by descending target "
    "length") {
  const Ids a = {5};
  const Ids b = {6, 7, 8};
  const Ids c = {9};
  const Ids x = {3, 4};
  const Ids none;
  const Batch batch =
      make_batch(std::vector<SentencePair>{{none, a, 10}, {a, none, 11}, {b, a, 12}, {c, x, 13}});
  CHECK(batch.size == 4);
  CHECK(batch.index == Indices{13, 12, 10, 11});
  CHECK(batch.source_lengths == Indices{2, 4, 1, 2});
  CHECK(batch.target_lengths == Indices{3, 2, 2, 1});
  CHECK(batch.source == Ids{9, 2, 6, 7, 8, 2, 2, 5, 2});
  CHECK(batch.target == Ids{3, 4, 2, 5, 2, 5, 2, 2});
  CHECK(batch.target_tokens() == 8);
}

TEST_CASE("a batch of corpus indices names them") {
  ParallelCorpus corpus;
  corpus.add(Ids{3}, Ids{4, 4});
  corpus.add(Ids{5, 5}, Ids{6});
  corpus.add(Ids{7, 7, 7}, Ids{8});
  const Batch batch = make_batch(corpus, Indices{0, 2});
  CHECK(batch.index == Indices{0, 2});
  CHECK(batch.source == Ids{3, 2, 7, 7, 7, 2});
  CHECK(batch.target == Ids{4, 4, 2, 8, 2});
}

TEST_CASE("a batch of nothing is empty") {
  const Batch batch = make_batch(std::vector<SentencePair>{});
  CHECK(batch.size == 0);
  CHECK(batch.source.empty());
  CHECK(batch.target_tokens() == 0);
}

TEST_CASE("an epoch has every sentence exactly once, whatever the options") {
  const int64_t sentences = GENERATE(1, 2, 7, 100, 257);
  const auto unit = GENERATE(BatchUnit::kSentences, BatchUnit::kTokens);
  const int64_t size = GENERATE(as<int64_t>{}, 1, 5, 64, 1000, std::numeric_limits<int64_t>::max());
  const int64_t pool = GENERATE(1, 3, 100);
  const ParallelCorpus corpus = corpus_of(sentences);
  const BatchOptions options{size, unit, pool};
  CAPTURE(sentences, size, pool);
  CHECK(sorted(all(EpochBatches(corpus, options, 1, 0))) == first_integers(sentences));
}

TEST_CASE("an epoch has the examples of each share as often as it says") {
  const ParallelCorpus corpus = corpus_of(27);
  BatchOptions options{.size = 4, .pool = 2};
  options.ranges = {{0, 10, 1}, {10, 15, 3}, {15, 19, 0.5}, {19, 27, 2.25}};
  const auto counts = [&](int64_t epoch) {
    std::vector<int> times(27, 0);
    for (const int64_t i : sorted(all(EpochBatches(corpus, options, 1, epoch))))
      ++times[static_cast<size_t>(i)];
    return times;
  };
  const auto sum = [](const std::vector<int>& times, size_t begin, size_t end) {
    int total = 0;
    for (size_t i = begin; i < end; ++i) total += times[i];
    return total;
  };
  CHECK(epoch_size(27, options) == 10 + 15 + 2 + 18);
  CHECK(epoch_size(27, {}) == 27);
  std::set<std::vector<int>> drawn;
  for (int64_t epoch = 0; epoch < 9; ++epoch) {
    const std::vector<int> times = counts(epoch);
    for (size_t i = 0; i < 10; ++i) CHECK(times[i] == 1);
    for (size_t i = 10; i < 15; ++i) CHECK(times[i] == 3);
    for (size_t i = 15; i < 19; ++i) CHECK(times[i] <= 1);
    for (size_t i = 19; i < 27; ++i) CHECK((times[i] == 2 || times[i] == 3));
    CHECK(sum(times, 15, 19) == 2);
    CHECK(sum(times, 19, 27) == 18);
    CHECK(times == counts(epoch));
    drawn.insert(times);
  }
  CHECK(drawn.size() > 1);  // others in every epoch
  options.ranges = {{0, 27, 1}};
  CHECK(all(EpochBatches(corpus, options, 1, 0)) ==
        all(EpochBatches(corpus, {.size = 4, .pool = 2}, 1, 0)));
}

TEST_CASE("batches keep to the size in their unit") {
  const ParallelCorpus corpus = corpus_of(257);
  const BatchOptions sentences{.size = 10, .pool = 5};
  const Batches by_sentences = all(EpochBatches(corpus, sentences, 1, 0));
  CHECK(by_sentences.size() == 26);
  CHECK(std::ranges::count(by_sentences, size_t{10}, &Indices::size) == 25);

  const BatchOptions tokens{.size = 40, .unit = BatchUnit::kTokens, .pool = 5};
  const Batches by_tokens = all(EpochBatches(corpus, tokens, 1, 0));
  for (const Indices& batch : by_tokens) CHECK(area(corpus, batch) <= 40);
  CHECK(by_tokens.size() < 257 / 2);
  const BatchOptions tiny{.size = 6, .unit = BatchUnit::kTokens, .pool = 5};
  for (const Indices& batch : all(EpochBatches(corpus, tiny, 1, 0))) {
    CHECK((area(corpus, batch) <= 6 || batch.size() == 1));
  }
}

TEST_CASE("sentences of a batch have about the same length, the more so the larger the pool") {
  const ParallelCorpus corpus = corpus_of(1000);
  const auto spread = [&](int64_t pool, BatchUnit unit) {
    int64_t sum = 0;
    const BatchOptions options{.size = 20, .unit = unit, .pool = pool};
    const Batches batches = all(EpochBatches(corpus, options, 1, 0));
    for (const Indices& batch : batches) sum += source_spread(corpus, batch);
    return static_cast<double>(sum) / static_cast<double>(batches.size());
  };
  CHECK(spread(1, BatchUnit::kSentences) > 5);
  CHECK(spread(10, BatchUnit::kSentences) < 2);
  CHECK(spread(1000, BatchUnit::kSentences) < 0.5);
  CHECK(spread(1, BatchUnit::kTokens) > spread(100, BatchUnit::kTokens) + 1);
}

TEST_CASE("an epoch is the same for the same seed and another for another") {
  const ParallelCorpus corpus = corpus_of(100);
  const BatchOptions options{.size = 7, .pool = 3};
  const Batches first = all(EpochBatches(corpus, options, 1, 2));
  CHECK(first == all(EpochBatches(corpus, options, 1, 2)));
  CHECK(first != all(EpochBatches(corpus, options, 1, 3)));
  CHECK(first != all(EpochBatches(corpus, options, 2, 2)));
  CHECK(first != all(EpochBatches(corpus, options, 1 + (uint64_t{1} << 32), 2)));
}

TEST_CASE("the batches of an epoch come in no order of length") {
  const ParallelCorpus corpus = corpus_of(500);
  const Batches batches = all(EpochBatches(corpus, {.size = 10, .pool = 1000}, 1, 0));
  const auto length = [&](const Indices& batch) { return corpus.source(batch.front()).size(); };
  CHECK_FALSE(std::ranges::is_sorted(batches, {}, length));
}

TEST_CASE("an extent is asked for once, when the pool of its example is drawn") {
  const auto unit = GENERATE(BatchUnit::kSentences, BatchUnit::kTokens);
  std::vector<int> asked(95, 0);
  const auto extent = [&](int64_t i) {
    ++asked[static_cast<size_t>(i)];
    return Extent{i % 7, 0, 1};
  };
  EpochBatches epoch({95, extent}, {.size = 5, .unit = unit, .pool = 4}, 1, 0);
  const auto count = [&] { return std::ranges::count(asked, 1); };
  CHECK(count() == 0);
  for (int64_t given = 0; given < 19; ++given) {
    for (const int64_t i : epoch.next()) CHECK(asked[static_cast<size_t>(i)] == 1);
    CHECK(count() == std::min<int64_t>(20 * (given / 4 + 1), 95));
    CHECK(epoch.done() == (given == 18));
  }
  CHECK_THROWS_AS(epoch.next(), std::logic_error);
}

TEST_CASE("more examples than could be listed are drawn as fast as few") {
  const auto extent = [](int64_t) { return Extent{1, 1, 1}; };
  const int64_t size = int64_t{1} << 60;
  EpochBatches epoch({size, extent}, {.size = 100}, 1, 0);
  const Indices batch = epoch.next();
  CHECK(std::set(batch.begin(), batch.end()).size() == 100);
  CHECK(std::ranges::max(batch) > size / 2);
  CHECK(std::ranges::max(batch) < size);
  CHECK(std::ranges::min(batch) < size / 2);
}

TEST_CASE("the order of an epoch is fixed for all platforms") {
  ParallelCorpus corpus;
  for (int i = 0; i < 6; ++i) corpus.add(Ids{3}, Ids{4});
  CHECK(all(EpochBatches(corpus, {.size = 2, .pool = 1}, 7, 1)) == Batches{{0, 5}, {4, 1}, {3, 2}});
}

TEST_CASE("sizes below one are wrong options") {
  const ParallelCorpus corpus = corpus_of(3);
  CHECK_THROWS_AS(EpochBatches(corpus, {.size = 0}, 1, 0), UsageError);
  CHECK_THROWS_AS(EpochBatches(corpus, {.size = 3, .pool = 0}, 1, 0), UsageError);
}

}  // namespace alinea
