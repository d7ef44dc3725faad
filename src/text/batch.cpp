#include "text/batch.h"

#include <algorithm>
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

// How many of the first indices make one pool of units, at least one.
size_t pool_by_units(std::span<const Extent> extents, std::span<const int64_t> indices,
                     int64_t units) {
  size_t count = 0;
  while (count < indices.size() && units > 0) {
    units -= extents[indices[count++]].units;
  }
  return count;
}

// How many of the first indices make one batch, at least one.
size_t batch_by_units(std::span<const Extent> extents, std::span<const int64_t> indices,
                      int64_t size) {
  int64_t longest = 0;
  for (size_t count = 0; count < indices.size(); ++count) {
    longest = std::max(longest, extents[indices[count]].units);
    if (count > 0 && static_cast<int64_t>(count + 1) * longest > size) return count;
  }
  return indices.size();
}

size_t pool_size(std::span<const Extent> extents, std::span<const int64_t> indices,
                 const BatchOptions& options) {
  int64_t size = 0;
  if (__builtin_mul_overflow(options.size, options.pool, &size)) {
    size = std::numeric_limits<int64_t>::max();
  }
  if (options.unit == BatchUnit::kTokens) return pool_by_units(extents, indices, size);
  return std::min(indices.size(), static_cast<size_t>(size));
}

size_t batch_size(std::span<const Extent> extents, std::span<const int64_t> indices,
                  const BatchOptions& options) {
  if (options.unit == BatchUnit::kTokens) return batch_by_units(extents, indices, options.size);
  return std::min(indices.size(), static_cast<size_t>(options.size));
}

void cut(std::span<const Extent> extents, std::span<const int64_t> indices,
         const BatchOptions& options, std::vector<std::vector<int64_t>>& batches) {
  while (!indices.empty()) {
    const auto batch = indices.first(batch_size(extents, indices, options));
    batches.emplace_back(batch.begin(), batch.end());
    indices = indices.subspan(batch.size());
  }
}

}  // namespace

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

std::vector<std::vector<int64_t>> epoch_batches(std::span<const Extent> extents,
                                                const BatchOptions& options, uint64_t seed,
                                                int64_t epoch) {
  check(options);
  std::mt19937_64 random = generator(seed, static_cast<uint64_t>(epoch));
  std::vector<int64_t> indices(extents.size());
  std::iota(indices.begin(), indices.end(), 0);
  shuffle(indices, random);
  std::vector<std::vector<int64_t>> batches;
  for (std::span<int64_t> rest = indices; !rest.empty();) {
    const auto pool = rest.first(pool_size(extents, rest, options));
    std::ranges::stable_sort(pool, {}, [&](int64_t index) {
      return std::pair(extents[index].first, extents[index].second);
    });
    cut(extents, pool, options, batches);
    rest = rest.subspan(pool.size());
  }
  shuffle(batches, random);
  return batches;
}

std::vector<std::vector<int64_t>> epoch_batches(const ParallelCorpus& corpus,
                                                const BatchOptions& options, uint64_t seed,
                                                int64_t epoch) {
  std::vector<Extent> extents;
  for (int64_t i = 0; i < corpus.size(); ++i) {
    const auto source = static_cast<int64_t>(corpus.source(i).size());
    const auto target = static_cast<int64_t>(corpus.target(i).size());
    extents.push_back({.first = source, .second = target, .units = target + 1});
  }
  return epoch_batches(extents, options, seed, epoch);
}

}  // namespace alinea
