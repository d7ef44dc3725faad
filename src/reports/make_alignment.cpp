#include "reports/make_alignment.h"

#include <utility>

#include "reports/word_alignment.h"

namespace alinea {

Alignment make_alignment(int64_t sentence, std::vector<std::string> source,
                         std::vector<std::string> target, const PairAttention& attention) {
  Alignment alignment;
  alignment.sentence = sentence;
  alignment.source = std::move(source);
  alignment.source.emplace_back(kEndSymbol);
  alignment.target = std::move(target);
  alignment.ended = attention.ended;
  if (attention.ended) alignment.target.emplace_back(kEndSymbol);
  const KeptAttention& kept = attention.attention;
  alignment.weights = kept.mean(std::ssize(alignment.source));
  if (kept.heads > 1) {
    const size_t width = alignment.source.size(), heads = static_cast<size_t>(kept.heads);
    alignment.heads.resize(heads);
    for (size_t row = 0; row < kept.alpha.size() / width; ++row) {
      const auto weights = kept.alpha.begin() + static_cast<std::ptrdiff_t>(row * width);
      alignment.heads[row % heads].insert(alignment.heads[row % heads].end(), weights,
                                          weights + static_cast<std::ptrdiff_t>(width));
    }
    return alignment;
  }
  for (size_t t = 0; t < kept.centres.size(); ++t)
    alignment.focus.push_back({kept.windows[t].begin, kept.windows[t].end, kept.centres[t] - 1.0F});
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
