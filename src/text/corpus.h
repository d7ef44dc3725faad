// Sentence pairs as ids. A large corpus fits: ids lie in flat vectors, text is not kept.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "text/language.h"

namespace alinea {

struct CorpusReport {
  int64_t pairs = 0;  // kept
  int64_t skipped_empty = 0;
  int64_t skipped_long = 0;
  int64_t lines() const { return pairs + skipped_empty + skipped_long; }  // of either file
  // Of the pairs kept, without </s>.
  int64_t source_tokens = 0;
  int64_t target_tokens = 0;
  int64_t source_unknown = 0;
  int64_t target_unknown = 0;
};

class ParallelCorpus {
 public:
  int64_t size() const { return static_cast<int64_t>(source_.offsets.size()) - 1; }

  // Ids of one sentence, without </s>.
  std::span<const int32_t> source(int64_t index) const { return source_.at(index); }
  std::span<const int32_t> target(int64_t index) const { return target_.at(index); }

  // The line of either file that a pair was read from, from 1.
  int64_t line(int64_t index) const { return lines_.at(static_cast<size_t>(index)); }

  const CorpusReport& report() const { return report_; }

  void add(std::span<const int32_t> source, std::span<const int32_t> target);
  void count_skipped_empty() { ++report_.skipped_empty; }
  void count_skipped_long() { ++report_.skipped_long; }

 private:
  struct Side {
    std::vector<int32_t> ids;
    std::vector<int64_t> offsets = {0};  // one more than there are sentences

    std::span<const int32_t> at(int64_t index) const;
    void add(std::span<const int32_t> sentence);
  };

  Side source_;
  Side target_;
  std::vector<int64_t> lines_;
  CorpusReport report_;
};

// Two texts, plain or gzipped, whose lines belong together.
struct ParallelFiles {
  std::filesystem::path source;
  std::filesystem::path target;
};

struct ReadOptions {
  int64_t max_length = 0;   // tokens on either side, without </s>; 0 = no limit
  bool keep_empty = false;  // keeps pairs with an empty side, so that index = line number - 1
};

// Skips and counts pairs with a side that is empty or longer than max_length. Throws Error where
// the files have different numbers of lines (it counts both to the end) or no pair is left.
ParallelCorpus read_parallel(const ParallelFiles& files, const Language& source,
                             const Language& target, const ReadOptions& options);
ParallelCorpus read_parallel(const ParallelFiles& files, const Language& source,
                             const Language& target, int64_t max_length);

}  // namespace alinea
