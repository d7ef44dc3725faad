// Sentence pairs side by side, and the order in which a corpus is cut into such batches.
// N sentences; nothing is padded.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <span>
#include <vector>

#include "support/permutation.h"
#include "text/corpus.h"
#include "text/sentence_pair.h"

namespace alinea {

// Sentences in descending order of target length, so that those that are still being written come
// first at every step.
struct Batch {
  int64_t size = 0;                     // N
  std::vector<int64_t> source_lengths;  // N, </s> counted; of features at least 1
  std::vector<int64_t> target_lengths;  // N, </s> counted
  std::vector<int32_t> source;          // ids and </s> of each sentence, one behind the other
  std::vector<int32_t> target;          // the same
  std::vector<int64_t> index;           // N
  // What stands before each target word, one behind the other; empty: <s>, then the words.
  std::vector<int32_t> previous = {};
  // Rows of each example, one behind the other, in the place of words of a source; one of zeros for
  // an example without rows.
  std::vector<float> features = {};

  int64_t target_tokens() const;  // the sum of target_lengths
};

// Sentences of the same lengths keep their order.
Batch make_batch(std::span<const SentencePair> pairs);

// The pairs of a corpus at indices, which become Batch::index.
Batch make_batch(const ParallelCorpus& corpus, std::span<const int64_t> indices);

enum class BatchUnit { kSentences, kTokens };  // examples, or what they consist of

// How often an epoch has each of the examples begin ... end - 1. A fraction takes as many of them,
// others in every epoch.
struct WeightedRange {
  int64_t begin, end;
  double times;
};

struct BatchOptions {
  int64_t size = 64;
  // kTokens: size bounds N x T, with the longest example's T; one longer than that makes a batch of
  // its own.
  BatchUnit unit = BatchUnit::kSentences;
  int64_t pool = 100;                      // batches' worth of sentences that are sorted together
  std::vector<WeightedRange> ranges = {};  // of all examples; empty: each comes once
  bool in_order = false;                   // neither drawn nor sorted: 0, 1, 2, ...
};

// Of so many examples, how many an epoch has, those that come again counted.
int64_t epoch_size(int64_t examples, const BatchOptions& options);

// How long an example is: what it is sorted by, and how much of a batch it takes.
struct Extent {
  int64_t first, second;
  int64_t units;  // what BatchUnit::kTokens counts
};

struct ExampleSet {
  int64_t size;
  std::function<Extent(int64_t)> extent;
};

// The batches of one epoch, one after the other, as lists of indices below the size of the set.
// Examples are drawn in an order that (seed, epoch) decides, every one as often as its range says,
// the same on every platform. A pool of them at a time is sorted by (first, second) of their
// extents and cut, and its batches are shuffled; memory holds no more than that pool, and an extent
// is asked for once, when its example is drawn.
class EpochBatches {
 public:
  // Throws UsageError for a size or pool below 1.
  EpochBatches(ExampleSet examples, const BatchOptions& options, uint64_t seed, int64_t epoch);
  // Of sentence pairs, by source and target length; a pair takes its target tokens, </s> counted.
  // The corpus must outlive the batches.
  EpochBatches(const ParallelCorpus& corpus, const BatchOptions& options, uint64_t seed,
               int64_t epoch);

  bool done() const { return pool_.empty() && drawn_ == size_; }
  // The next one; throws std::logic_error where all are done.
  std::vector<int64_t> next();

 private:
  int64_t example_at(int64_t place) const;
  void draw_pool();

  ExampleSet examples_;
  BatchOptions options_;
  std::mt19937_64 random_;
  int64_t size_;                        // of the epoch
  Permutation order_;                   // of its places
  std::vector<Permutation> once_more_;  // of each range, which of its examples come once more
  int64_t drawn_ = 0;
  std::vector<std::vector<int64_t>> pool_;  // batches, the next one at the end
};

}  // namespace alinea
