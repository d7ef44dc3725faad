#include "tasks/text_examples.h"

#include <algorithm>

#include "support/random.h"

namespace alinea {

namespace {

int64_t divided_up(int64_t whole, int64_t part) { return (whole + part - 1) / part; }

}  // namespace

TextExamples::TextExamples(const TextCorpus& corpus, const TextCut& cut, Leftover leftover)
    : corpus_(corpus), cut_(cut) {
  const int64_t tokens = corpus.tokens();
  const bool drops = leftover == Leftover::kDropped;
  if (cut_.kind == TextCut::Kind::kLines) {
    size_ = corpus.lines();
  } else if (cut_.kind == TextCut::Kind::kWindows) {
    size_ = drops ? std::max<int64_t>(tokens / cut_.length, 1) : divided_up(tokens, cut_.length);
  } else {
    cut_.streams = std::min(cut_.streams, tokens);
    tokens_of_stream_ = drops ? tokens / cut_.streams : divided_up(tokens, cut_.streams);
    size_ = divided_up(tokens_of_stream_, cut_.length) * cut_.streams;
  }
}

void TextExamples::begin_epoch(uint64_t seed, int64_t epoch) {
  if (cut_.kind != TextCut::Kind::kWindows || corpus_.tokens() < cut_.length) return;
  constexpr uint64_t kStream = 0x77696e646f7773;  // keeps the places apart from order and dropout
  Random random(Random(seed ^ kStream).next() + static_cast<uint64_t>(epoch));
  offset_ = static_cast<int64_t>(random.next() % static_cast<uint64_t>(cut_.length));
}

TextWindow TextExamples::window(int64_t example) const {
  if (cut_.kind == TextCut::Kind::kLines) return corpus_.line(example);
  int64_t begin = offset_ + example * cut_.length, last = corpus_.tokens();
  if (cut_.kind == TextCut::Kind::kStreams) {
    const int64_t first = stream(example) * tokens_of_stream_;
    begin = first + example / cut_.streams * cut_.length;
    last = std::min(first + tokens_of_stream_, last);
  }
  begin = std::min(begin, last);
  return {begin, std::min(begin + cut_.length, last)};
}

std::vector<TextWindow> TextExamples::windows(std::span<const int64_t> examples) const {
  std::vector<TextWindow> windows;
  for (const int64_t example : examples) windows.push_back(window(example));
  return windows;
}

}  // namespace alinea
