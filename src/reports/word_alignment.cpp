#include "reports/word_alignment.h"

#include <stdexcept>
#include <vector>

namespace alinea {

namespace {

constexpr const char* kEndSymbol = "</s>";

struct Tokens {
  size_t begin, end;
};

// Where the tokens of each word stand, those of </s> last.
std::vector<Tokens> places(std::span<const TokenizedWord> words, bool ended, size_t tokens) {
  std::vector<Tokens> places;
  size_t next = 0;
  for (const TokenizedWord& word : words) {
    places.push_back({next, next + word.tokens});
    next += word.tokens;
  }
  if (ended) places.push_back({next, next + 1});
  if (next + (ended ? 1 : 0) != tokens)
    throw std::invalid_argument("words that do not hold every token");
  return places;
}

std::vector<std::string> texts(std::span<const TokenizedWord> words, bool ended) {
  std::vector<std::string> texts;
  for (const TokenizedWord& word : words) texts.push_back(word.text);
  if (ended) texts.emplace_back(kEndSymbol);
  return texts;
}

float word_weight(const Alignment& alignment, const Tokens& target, const Tokens& source) {
  double sum = 0;
  for (size_t t = target.begin; t < target.end; ++t)
    for (size_t s = source.begin; s < source.end; ++s)
      sum += static_cast<double>(alignment.weight(t, s));
  return static_cast<float>(sum / static_cast<double>(target.end - target.begin));
}

}  // namespace

Alignment merge_words(const Alignment& alignment, std::span<const TokenizedWord> source,
                      std::span<const TokenizedWord> target) {
  Alignment merged;
  merged.sentence = alignment.sentence;
  merged.ended = alignment.ended;
  merged.source = texts(source, /*ended=*/true);
  merged.target = texts(target, alignment.ended);
  const std::vector<Tokens> columns = places(source, /*ended=*/true, alignment.source.size());
  for (const Tokens& row : places(target, alignment.ended, alignment.target.size()))
    for (const Tokens& column : columns)
      merged.weights.push_back(word_weight(alignment, row, column));
  return merged;
}

}  // namespace alinea
