#include "commands/alignments.h"

#include <utility>

#include "reports/word_alignment.h"

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

std::vector<std::string> alignment_units() { return {"token", "word"}; }

Alignment in_units(const std::string& unit, Alignment alignment, const Languages& languages) {
  if (unit == "token") return alignment;
  const std::span source(alignment.source), target(alignment.target);
  return merge_words(
      alignment, languages.source.tokenizer().words(source.first(source.size() - 1)),
      languages.target.tokenizer().words(target.first(target.size() - (alignment.ended ? 1 : 0))));
}

}  // namespace alinea
