#include "text/batch.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "support/error.h"
#include "support/shuffle.h"
#include "text/vocabulary.h"

namespace alinea {

namespace {

using Ids = std::span<const int32_t>;

// Adds a sentence and </s> to one side of a batch.
void append(Ids sentence, std::vector<int32_t>& ids, std::vector<int64_t>& lengths) {
  ids.insert(ids.end(), sentence.begin(), sentence.end());
  ids.push_back(kEnd);
  lengths.push_back(static_cast<int64_t>(sentence.size()) + 1);
}

// Adds the rows of an example to a batch.
void append(const FeatureView& example, Batch& batch) {
  batch.features.insert(batch.features.end(), example.values.begin(), example.values.end());
  if (example.rows() == 0)
    batch.features.resize(batch.features.size() + static_cast<size_t>(example.columns));
  batch.source_lengths.push_back(std::max<int64_t>(example.rows(), 1));
}

void check(const BatchOptions& options) {
  if (options.size < 1 || options.pool < 1) {
    throw UsageError("expected a batch size and a pool of at least 1, got {} and {}", options.size,
                     options.pool);
  }
}

struct Item {
  int64_t index;
  Extent extent;
};

// How many of the first items make one batch, at least one.
size_t batch_by_units(std::span<const Item> items, int64_t size) {
  int64_t longest = 0;
  for (size_t count = 0; count < items.size(); ++count) {
    longest = std::max(longest, items[count].extent.units);
    if (count > 0 && static_cast<int64_t>(count + 1) * longest > size) return count;
  }
  return items.size();
}

size_t batch_size(std::span<const Item> items, const BatchOptions& options) {
  if (options.unit == BatchUnit::kTokens) return batch_by_units(items, options.size);
  return std::min(items.size(), static_cast<size_t>(options.size));
}

std::vector<std::vector<int64_t>> cut(std::span<const Item> items, const BatchOptions& options) {
  std::vector<std::vector<int64_t>> batches;
  while (!items.empty()) {
    const auto batch = items.first(batch_size(items, options));
    std::vector<int64_t>& indices = batches.emplace_back();
    indices.reserve(batch.size());
    for (const Item& item : batch) indices.push_back(item.index);
    items = items.subspan(batch.size());
  }
  return batches;
}

// Sentences or tokens.
int64_t pool_size(const BatchOptions& options) {
  int64_t size = 0;
  return __builtin_mul_overflow(options.size, options.pool, &size)
             ? std::numeric_limits<int64_t>::max()
             : size;
}

// Of a range, the examples that come once more than the others.
int64_t count_once_more(const WeightedRange& range) {
  const double fraction = range.times - std::floor(range.times);
  return std::llround(fraction * static_cast<double>(range.end - range.begin));
}

// Of a range, those that come as often as all do.
int64_t count_whole(const WeightedRange& range) {
  return static_cast<int64_t>(range.times) * (range.end - range.begin);
}

int64_t places(const WeightedRange& range) { return count_whole(range) + count_once_more(range); }

ExampleSet examples_of(const ParallelCorpus& corpus) {
  return {corpus.size(), [&corpus](int64_t pair) {
            const int64_t target = corpus.target_length(pair);
            return Extent{
                .first = corpus.source_length(pair), .second = target, .units = target + 1};
          }};
}

}  // namespace

int64_t epoch_size(int64_t examples, const BatchOptions& options) {
  if (options.ranges.empty()) return examples;
  int64_t size = 0;
  for (const WeightedRange& range : options.ranges) size += places(range);
  return size;
}

int64_t Batch::target_tokens() const {
  return std::accumulate(target_lengths.begin(), target_lengths.end(), int64_t{0});
}

Batch make_batch(std::span<const SentencePair> pairs) {
  std::vector<SentencePair> sorted(pairs.begin(), pairs.end());
  std::ranges::stable_sort(sorted, std::greater<>(), [](const SentencePair& pair) {
    return std::pair(std::ssize(pair.target), pair.source_size());
  });
  Batch batch;
  batch.size = std::ssize(sorted);
  for (const SentencePair& pair : sorted) {
    if (pair.features.columns > 0) {
      append(pair.features, batch);
    } else {
      append(pair.source, batch.source, batch.source_lengths);
    }
    append(pair.target, batch.target, batch.target_lengths);
    batch.index.push_back(pair.index);
  }
  return batch;
}

Batch make_batch(const ParallelCorpus& corpus, std::span<const int64_t> indices) {
  std::vector<SentencePair> pairs;
  pairs.reserve(indices.size());
  for (const int64_t index : indices) {
    pairs.push_back(corpus.pair(index));
  }
  return make_batch(pairs);
}

EpochBatches::EpochBatches(ExampleSet examples, const BatchOptions& options, uint64_t seed,
                           int64_t epoch)
    : examples_(std::move(examples)),
      options_(options),
      random_(generator(seed, static_cast<uint64_t>(epoch))),
      size_(epoch_size(examples_.size, options)),
      order_(size_, random_) {
  check(options);
  if (options_.ranges.empty()) options_.ranges = {{0, examples_.size, 1}};
  for (const WeightedRange& range : options_.ranges)
    once_more_.emplace_back(range.end - range.begin, random_);
}

EpochBatches::EpochBatches(const ParallelCorpus& corpus, const BatchOptions& options, uint64_t seed,
                           int64_t epoch)
    : EpochBatches(examples_of(corpus), options, seed, epoch) {}

std::vector<int64_t> EpochBatches::next() {
  if (done()) throw std::logic_error("an epoch has no more batches");
  if (pool_.empty()) draw_pool();
  std::vector<int64_t> batch = std::move(pool_.back());
  pool_.pop_back();
  return batch;
}

void EpochBatches::draw_pool() {
  std::vector<Item> items;
  for (int64_t room = pool_size(options_); room > 0 && drawn_ < size_; ++drawn_) {
    const int64_t index = example_at(options_.in_order ? drawn_ : order_(drawn_));
    items.push_back({index, examples_.extent(index)});
    room -= options_.unit == BatchUnit::kTokens ? items.back().extent.units : 1;
  }
  if (!options_.in_order)
    std::ranges::stable_sort(items, {}, [](const Item& item) {
      return std::pair(item.extent.first, item.extent.second);
    });
  pool_ = cut(items, options_);
  if (options_.in_order) {
    std::ranges::reverse(pool_);
  } else {
    shuffle(pool_, random_);
  }
}

// The places of a range are in a row: for its examples as often as all of them come, then for those
// that come once more.
int64_t EpochBatches::example_at(int64_t place) const {
  size_t i = 0;
  for (; place >= places(options_.ranges[i]); ++i) place -= places(options_.ranges[i]);
  const WeightedRange& range = options_.ranges[i];
  const int64_t whole = count_whole(range);
  return range.begin +
         (place < whole ? place % (range.end - range.begin) : once_more_[i](place - whole));
}

}  // namespace alinea
