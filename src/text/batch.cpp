#include "text/batch.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "support/error.h"
#include "support/shuffle.h"
#include "text/vocabulary.h"

namespace alinea {

namespace {

using Ids = std::span<const int32_t>;

// One side of a batch: sentences with </s>, padded to the longest.
struct Rows {
  int64_t width = 0;
  std::vector<int64_t> lengths;
  std::vector<int32_t> ids;
};

Rows make_rows(const std::vector<Ids>& sentences) {
  Rows rows;
  for (const Ids sentence : sentences) {
    rows.lengths.push_back(static_cast<int64_t>(sentence.size()) + 1);
    rows.width = std::max(rows.width, rows.lengths.back());
  }
  rows.ids.reserve(sentences.size() * static_cast<size_t>(rows.width));
  for (const Ids sentence : sentences) {
    rows.ids.insert(rows.ids.end(), sentence.begin(), sentence.end());
    rows.ids.push_back(kEnd);
    rows.ids.resize(rows.ids.size() + static_cast<size_t>(rows.width) - sentence.size() - 1,
                    kPadding);
  }
  return rows;
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

// How many of the first indices make one pool of units, at least one.
size_t pool_by_units(const ExampleSet& examples, std::span<const int64_t> indices, int64_t units) {
  size_t count = 0;
  while (count < indices.size() && units > 0) units -= examples.extent(indices[count++]).units;
  return count;
}

// How many of the first items make one batch, at least one.
size_t batch_by_units(std::span<const Item> items, int64_t size) {
  int64_t longest = 0;
  for (size_t count = 0; count < items.size(); ++count) {
    longest = std::max(longest, items[count].extent.units);
    if (count > 0 && static_cast<int64_t>(count + 1) * longest > size) return count;
  }
  return items.size();
}

size_t pool_size(const ExampleSet& examples, std::span<const int64_t> indices,
                 const BatchOptions& options) {
  int64_t size = 0;
  if (__builtin_mul_overflow(options.size, options.pool, &size)) {
    size = std::numeric_limits<int64_t>::max();
  }
  if (options.unit == BatchUnit::kTokens) return pool_by_units(examples, indices, size);
  return std::min(indices.size(), static_cast<size_t>(size));
}

size_t batch_size(std::span<const Item> items, const BatchOptions& options) {
  if (options.unit == BatchUnit::kTokens) return batch_by_units(items, options.size);
  return std::min(items.size(), static_cast<size_t>(options.size));
}

std::vector<Item> sorted_pool(const ExampleSet& examples, std::span<const int64_t> indices) {
  std::vector<Item> pool;
  pool.reserve(indices.size());
  for (const int64_t index : indices) pool.push_back({index, examples.extent(index)});
  std::ranges::stable_sort(
      pool, {}, [](const Item& item) { return std::pair(item.extent.first, item.extent.second); });
  return pool;
}

void cut(std::span<const Item> items, const BatchOptions& options,
         std::vector<std::vector<int64_t>>& batches) {
  while (!items.empty()) {
    const auto batch = items.first(batch_size(items, options));
    std::vector<int64_t>& indices = batches.emplace_back();
    indices.reserve(batch.size());
    for (const Item& item : batch) indices.push_back(item.index);
    items = items.subspan(batch.size());
  }
}

// Of a share, the examples that come once more than the others.
int64_t count_once_more(const Share& share) {
  const double fraction = share.times - std::floor(share.times);
  return std::llround(fraction * static_cast<double>(share.end - share.begin));
}

std::vector<int64_t> indices_of(int64_t begin, int64_t end) {
  std::vector<int64_t> indices(static_cast<size_t>(end - begin));
  std::iota(indices.begin(), indices.end(), begin);
  return indices;
}

std::vector<int64_t> draw_examples(int64_t examples, const BatchOptions& options,
                                   std::mt19937_64& random) {
  if (options.shares.empty()) return indices_of(0, examples);
  std::vector<int64_t> drawn;
  drawn.reserve(static_cast<size_t>(epoch_size(examples, options)));
  for (const Share& share : options.shares) {
    std::vector<int64_t> indices = indices_of(share.begin, share.end);
    for (int64_t times = 1; static_cast<double>(times) <= share.times; ++times)
      drawn.insert(drawn.end(), indices.begin(), indices.end());
    const int64_t once_more = count_once_more(share);
    if (once_more > 0) shuffle(indices, random);
    drawn.insert(drawn.end(), indices.begin(), indices.begin() + once_more);
  }
  return drawn;
}

}  // namespace

int64_t epoch_size(int64_t examples, const BatchOptions& options) {
  if (options.shares.empty()) return examples;
  int64_t size = 0;
  for (const Share& share : options.shares)
    size += static_cast<int64_t>(share.times) * (share.end - share.begin) + count_once_more(share);
  return size;
}

int64_t Batch::target_tokens() const {
  return std::accumulate(target_lengths.begin(), target_lengths.end(), int64_t{0});
}

Batch make_batch(std::span<const SentencePair> pairs) {
  std::vector<SentencePair> sorted(pairs.begin(), pairs.end());
  std::ranges::stable_sort(sorted, std::greater<>(), [](const SentencePair& pair) {
    return std::pair(pair.target.size(), pair.source.size());
  });
  std::vector<Ids> sources;
  std::vector<Ids> targets;
  Batch batch;
  for (const SentencePair& pair : sorted) {
    sources.push_back(pair.source);
    targets.push_back(pair.target);
    batch.index.push_back(pair.index);
  }
  Rows source = make_rows(sources);
  Rows target = make_rows(targets);
  batch.size = static_cast<int64_t>(sorted.size());
  batch.source_width = source.width;
  batch.target_width = target.width;
  batch.source_lengths = std::move(source.lengths);
  batch.target_lengths = std::move(target.lengths);
  batch.source = std::move(source.ids);
  batch.target = std::move(target.ids);
  return batch;
}

Batch make_batch(const ParallelCorpus& corpus, std::span<const int64_t> indices) {
  std::vector<SentencePair> pairs;
  pairs.reserve(indices.size());
  for (const int64_t index : indices) {
    pairs.push_back({corpus.source(index), corpus.target(index), index});
  }
  return make_batch(pairs);
}

std::vector<std::vector<int64_t>> epoch_batches(const ExampleSet& examples,
                                                const BatchOptions& options, uint64_t seed,
                                                int64_t epoch) {
  check(options);
  std::mt19937_64 random = generator(seed, static_cast<uint64_t>(epoch));
  std::vector<int64_t> indices = draw_examples(examples.size, options, random);
  shuffle(indices, random);
  std::vector<std::vector<int64_t>> batches;
  for (std::span<const int64_t> rest = indices; !rest.empty();) {
    const auto pool = rest.first(pool_size(examples, rest, options));
    cut(sorted_pool(examples, pool), options, batches);
    rest = rest.subspan(pool.size());
  }
  shuffle(batches, random);
  return batches;
}

std::vector<std::vector<int64_t>> epoch_batches(const ParallelCorpus& corpus,
                                                const BatchOptions& options, uint64_t seed,
                                                int64_t epoch) {
  const auto extent = [&corpus](int64_t pair) {
    const int64_t target = std::ssize(corpus.target(pair));
    return Extent{.first = std::ssize(corpus.source(pair)), .second = target, .units = target + 1};
  };
  return epoch_batches({corpus.size(), extent}, options, seed, epoch);
}

}  // namespace alinea
