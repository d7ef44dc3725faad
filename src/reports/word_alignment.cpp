#include "reports/word_alignment.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "text/vocabulary.h"

namespace alinea {

namespace {

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

// weights [tokens, width] -> [words, words]
std::vector<float> merged_weights(std::span<const float> weights, size_t width,
                                  std::span<const Tokens> target, std::span<const Tokens> source) {
  std::vector<float> merged;
  for (const Tokens& row : target)
    for (const Tokens& column : source) {
      double sum = 0;
      for (size_t t = row.begin; t < row.end; ++t)
        for (size_t s = column.begin; s < column.end; ++s)
          sum += static_cast<double>(weights[t * width + s]);
      merged.push_back(static_cast<float>(sum / static_cast<double>(row.end - row.begin)));
    }
  return merged;
}

// From the first of a word's tokens that stands for something to the last.
std::vector<CharacterRange> merged_ranges(std::span<const CharacterRange> ranges,
                                          std::span<const Tokens> words) {
  std::vector<CharacterRange> merged;
  if (ranges.empty()) return merged;
  for (const Tokens& word : words) {
    if (word.begin >= ranges.size()) break;  // </s>
    CharacterRange range = ranges[word.begin];
    for (const CharacterRange& next : ranges.subspan(word.begin, word.end - word.begin))
      if (range.begin == range.end) {
        range = next;
      } else if (next.begin < next.end) {
        range.end = next.end;
      }
    merged.push_back(range);
  }
  return merged;
}

}  // namespace

Alignment merge_words(const Alignment& alignment, std::span<const TokenizedWord> source,
                      std::span<const TokenizedWord> target) {
  Alignment merged;
  merged.sentence = alignment.sentence;
  merged.ended = alignment.ended;
  merged.layers = alignment.layers;
  merged.source = texts(source, /*ended=*/true);
  merged.target = texts(target, alignment.ended);
  const size_t width = alignment.source.size();
  const std::vector<Tokens> columns = places(source, /*ended=*/true, width),
                            rows = places(target, alignment.ended, alignment.target.size());
  merged.source_ranges = merged_ranges(alignment.source_ranges, columns);
  merged.target_ranges = merged_ranges(alignment.target_ranges, rows);
  merged.weights = merged_weights(alignment.weights, width, rows, columns);
  for (const std::vector<float>& head : alignment.heads)
    merged.heads.push_back(merged_weights(head, width, rows, columns));
  if (alignment.taken.empty()) return merged;
  for (const Tokens& row : rows)
    merged.taken.push_back(
        *std::max_element(&alignment.taken[row.begin], alignment.taken.data() + row.end));
  return merged;
}

}  // namespace alinea
