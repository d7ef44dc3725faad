// What a language model learns from one example: a line, a window of the stream that the lines
// make, or the next window of one of several streams that run side by side.
#pragma once

#include <cstdint>
#include <vector>

#include "text/text_corpus.h"

namespace alinea {

struct TextCut {
  enum class Kind { kLines, kWindows, kStreams };
  Kind kind = Kind::kLines;
  int64_t length = 128;  // of a window, in tokens
  int64_t streams = 1;   // of kStreams, each with as many tokens, one behind the other in the text
};

class TextExamples {
 public:
  // Leftover: what is done with the tokens that do not fill all streams. The corpus must outlive
  // this.
  enum class Leftover { kDropped, kKept };
  TextExamples(const TextCorpus& corpus, const TextCut& cut, Leftover leftover);

  const TextCorpus& corpus() const { return corpus_; }
  int64_t size() const { return size_; }
  // Begins an epoch: windows begin somewhere else in each, by the seed and the epoch.
  void begin_epoch(uint64_t seed, int64_t epoch);

  // Of kStreams, a kept leftover may be empty.
  TextWindow window(int64_t example) const;
  std::vector<TextWindow> windows(std::span<const int64_t> examples) const;

  bool is_carried() const { return cut_.kind == TextCut::Kind::kStreams; }
  int64_t streams() const { return cut_.streams; }
  // kStreams: examples come in the order of their numbers, one of each stream at a time.
  int64_t stream(int64_t example) const { return example % cut_.streams; }
  bool begins_stream(int64_t example) const { return example < cut_.streams; }

 private:
  const TextCorpus& corpus_;
  TextCut cut_;
  int64_t tokens_of_stream_ = 0, size_ = 0, offset_ = 0;
};

}  // namespace alinea
