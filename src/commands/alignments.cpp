#include "commands/alignments.h"

#include <utility>

namespace alinea {

namespace {

constexpr const char* kEndSymbol = "</s>";

}  // namespace

Alignment make_alignment(int64_t sentence, std::vector<std::string> source,
                         std::vector<std::string> target, const PairAttention& attention) {
  Alignment alignment;
  alignment.sentence = sentence;
  alignment.source = std::move(source);
  alignment.source.emplace_back(kEndSymbol);
  alignment.target = std::move(target);
  alignment.ended = attention.ended;
  if (attention.ended) alignment.target.emplace_back(kEndSymbol);
  alignment.weights.assign(attention.weights.begin(), attention.weights.end());
  for (const StepOutput::Focus& focus : attention.focus)
    alignment.focus.push_back({focus.begin, focus.end, focus.centre - 1.0F});
  return alignment;
}

}  // namespace alinea
