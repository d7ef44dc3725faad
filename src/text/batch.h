// Sentence pairs side by side, and the order in which a corpus is cut into such batches.
// N sentences, S and T the longest source and target, </s> counted.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "text/corpus.h"

namespace alinea {

inline constexpr int32_t kPadding = -1;  // no token

// Without </s>.
struct SentencePair {
  std::span<const int32_t> source;
  std::span<const int32_t> target;
  int64_t index = 0;  // the caller's
};

// Sentences in descending order of target length, so that those that are still being written come
// first at every step.
struct Batch {
  int64_t size = 0;                     // N
  int64_t source_width = 0;             // S
  int64_t target_width = 0;             // T
  std::vector<int64_t> source_lengths;  // N, </s> counted
  std::vector<int64_t> target_lengths;  // N, </s> counted
  std::vector<int32_t> source;          // N x S row-major: ids, </s>, then kPadding
  std::vector<int32_t> target;          // N x T row-major: ids, </s>, then kPadding
  std::vector<int64_t> index;           // N

  int64_t target_tokens() const;  // the sum of target_lengths
};

// Sentences of the same lengths keep their order.
Batch make_batch(std::span<const SentencePair> pairs);

// The pairs of a corpus at indices, which become Batch::index.
Batch make_batch(const ParallelCorpus& corpus, std::span<const int64_t> indices);

enum class BatchUnit { kSentences, kTokens };  // examples, or what they consist of

// How often an epoch has each of the examples begin ... end - 1. A fraction takes as many of them,
// others in every epoch.
struct Share {
  int64_t begin, end;
  double times;
};

struct BatchOptions {
  int64_t size = 64;
  // kTokens: size bounds N x T, with the longest example's T; one longer than that makes a batch of
  // its own.
  BatchUnit unit = BatchUnit::kSentences;
  int64_t pool = 100;              // batches' worth of sentences that are sorted together
  std::vector<Share> shares = {};  // of all examples; empty: each comes once
};

// Of so many examples, how many an epoch has, those that come again counted.
int64_t epoch_size(int64_t examples, const BatchOptions& options);

// How long an example is: what it is sorted by, and how much of a batch it takes.
struct Extent {
  int64_t first, second;
  int64_t units;  // what BatchUnit::kTokens counts
};

// The batches of one epoch as lists of indices below examples, every one as often as its share
// says: shuffled by (seed, epoch), cut into pools, each pool sorted by (first, second) of its
// extents and cut into batches, the batches shuffled. The same on every platform. extent is asked
// for an example when its pool is made. Throws UsageError for a size or pool below 1.
struct ExampleSet {
  int64_t size;
  std::function<Extent(int64_t)> extent;
};
std::vector<std::vector<int64_t>> epoch_batches(const ExampleSet& examples,
                                                const BatchOptions& options, uint64_t seed,
                                                int64_t epoch);
// The same for sentence pairs, by source and target length; a pair takes its target tokens, </s>
// counted.
std::vector<std::vector<int64_t>> epoch_batches(const ParallelCorpus& corpus,
                                                const BatchOptions& options, uint64_t seed,
                                                int64_t epoch);

}  // namespace alinea
