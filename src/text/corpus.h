// Sentence pairs as ids. A large corpus fits: ids lie in flat arrays, in memory or on disk, and
// text is not kept.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "distributed/group.h"
#include "storage/flat_lists.h"
#include "text/language.h"
#include "text/parallel_text.h"
#include "text/sentence_pair.h"

namespace alinea {

// What a source is read as: ids of words without </s>, or rows of features.
struct SourceContent {
  std::vector<int32_t> ids;
  std::vector<float> features;  // [rows, columns] of the reader
};

// What makes that of the lines of a text. With columns they name features.
struct SourceReader {
  std::function<SourceContent(const std::string& line)> read;
  int64_t columns = 0;

  SourceReader(const Language& language)
      : read([&language](const std::string& line) {
          return SourceContent{language.encode(line), {}};
        }) {}
  // `read` throws Error for what cannot be read.
  SourceReader(std::function<SourceContent(const std::string&)> reads, int64_t of_columns)
      : read(std::move(reads)), columns(of_columns) {}
};

struct CorpusReport {
  int64_t pairs = 0;  // kept
  int64_t skipped_empty = 0;
  int64_t skipped_long = 0;
  int64_t lines() const { return pairs + skipped_empty + skipped_long; }  // of either file
  // Of the pairs kept, without </s>; of features their rows.
  int64_t source_tokens = 0;
  int64_t target_tokens = 0;
  int64_t source_unknown = 0;
  int64_t target_unknown = 0;

  CorpusReport operator-(const CorpusReport& other) const;
};

class ParallelCorpus {
 public:
  // On disk, pairs are read after finish() alone.
  // With columns the source has features.
  explicit ParallelCorpus(Placement placement = Placement::kMemory, int64_t columns = 0)
      : columns_(columns),
        source_(placement),
        target_(placement),
        features_(placement),
        lines_(placement) {}

  Placement placement() const { return lines_.placement(); }
  int64_t size() const { return report_.pairs; }

  // Ids of one sentence, without </s>.
  std::span<const int32_t> source(int64_t index) const {
    return source_.at(static_cast<size_t>(index));
  }
  std::span<const int32_t> target(int64_t index) const {
    return target_.at(static_cast<size_t>(index));
  }

  FeatureView features(int64_t index) const {
    if (columns_ == 0) return {};
    return {features_.at(static_cast<size_t>(index)), columns_};
  }
  // Both sides. Its index is that of the corpus.
  SentencePair pair(int64_t index) const {
    return {source(index), target(index), index, features(index)};
  }

  // How many they are, words or rows.
  int64_t source_length(int64_t index) const {
    const auto place = static_cast<size_t>(index);
    return columns_ == 0 ? static_cast<int64_t>(source_.length(place))
                         : static_cast<int64_t>(features_.length(place)) / columns_;
  }
  int64_t target_length(int64_t index) const {
    return static_cast<int64_t>(target_.length(static_cast<size_t>(index)));
  }

  // The line that a pair was read from, from 1; lines of several texts are counted on.
  int64_t line(int64_t index) const { return lines_.at(static_cast<size_t>(index)); }

  const CorpusReport& report() const { return report_; }

  void add(std::span<const int32_t> source, std::span<const int32_t> target);
  void add(const SourceContent& source, std::span<const int32_t> target);
  void count_skipped_empty() { ++report_.skipped_empty; }
  void count_skipped_long() { ++report_.skipped_long; }

  // Nothing is added after it.
  void finish();

 private:
  int64_t columns_;
  FlatLists<int32_t> source_, target_;
  FlatLists<float> features_;
  FlatArray<int64_t> lines_;
  CorpusReport report_;
};

struct ReadOptions {
  int64_t max_length = 0;   // tokens on either side, without </s>; 0 = no limit
  int64_t max_rows = 0;     // of features, in the place of it; 0 = no limit
  bool keep_empty = false;  // keeps pairs with an empty side, so that index = line number - 1
  // With keep_empty: a pair with a line that is no text, or whose features cannot be read, is an
  // empty one.
  bool keep_faulty = false;
};

// Adds the pairs of a text to a corpus and returns what came of it: skips and counts pairs with a
// side that is empty or longer than max_length. Each rank of the group makes tokens of its share of
// the lines and tells the others; all get the same corpus. Throws Error as PairReader does, for
// features that cannot be read, and where no pair is left.
CorpusReport add_pairs(ParallelCorpus& corpus, const ParallelFiles& files,
                       const SourceReader& source, const Language& target,
                       const ReadOptions& options, Group& group);

// The pairs of one text.
ParallelCorpus read_parallel(const ParallelFiles& files, const SourceReader& source,
                             const Language& target, const ReadOptions& options,
                             Placement placement = Placement::kMemory);
ParallelCorpus read_parallel(const ParallelFiles& files, const SourceReader& source,
                             const Language& target, int64_t max_length);

}  // namespace alinea
