#include "reports/make_alignment.h"

#include <utility>

#include "reports/word_alignment.h"
#include "support/error.h"
#include "text/vocabulary.h"

namespace alinea {

namespace {

// The energies [T, heads, S] as [heads, T, S].
std::vector<float> head_by_head(const KeptAttention& attention, size_t width) {
  std::vector<float> energies;
  const auto heads = static_cast<size_t>(attention.heads);
  const size_t rows = width == 0 ? 0 : attention.energies.size() / width;
  for (size_t head = 0; head < heads; ++head)
    for (size_t row = head; row < rows; row += heads) {
      const auto begin = attention.energies.begin() + static_cast<std::ptrdiff_t>(row * width);
      energies.insert(energies.end(), begin, begin + static_cast<std::ptrdiff_t>(width));
    }
  return energies;
}

}  // namespace

std::vector<std::string> looked_at(AttentionOf of, const ModelOptions& model,
                                   std::vector<std::string> words) {
  if (of != AttentionOf::kDecoder) return words;
  return looked_at_by_decoder(model.chosen_decoder() != "transformer", std::move(words));
}

std::vector<std::string> looked_at_by_decoder(bool is_recurrent, std::vector<std::string> words) {
  if (!is_recurrent) return words;
  words.insert(words.begin(), kInitialSymbol);
  words.pop_back();
  return words;
}

Alignment make_alignment(int64_t sentence, std::vector<std::string> columns,
                         std::vector<std::string> rows, const KeptAttention& attention) {
  Alignment alignment;
  alignment.sentence = sentence;
  alignment.source = std::move(columns);
  alignment.target = std::move(rows);
  alignment.weights = attention.mean(std::ssize(alignment.source));
  alignment.taken = attention.taken;
  alignment.energies = head_by_head(attention, alignment.source.size());
  if (attention.heads > 1) {
    const size_t width = alignment.source.size(), heads = static_cast<size_t>(attention.heads);
    alignment.heads.resize(heads);
    alignment.layers = static_cast<size_t>(attention.layers);
    for (size_t row = 0; row < attention.alpha.size() / width; ++row) {
      const auto weights = attention.alpha.begin() + static_cast<std::ptrdiff_t>(row * width);
      alignment.heads[row % heads].insert(alignment.heads[row % heads].end(), weights,
                                          weights + static_cast<std::ptrdiff_t>(width));
    }
    return alignment;
  }
  for (size_t t = 0; t < attention.centres.size(); ++t)
    alignment.focus.push_back(
        {attention.windows[t].begin, attention.windows[t].end, attention.centres[t] - 1.0F});
  return alignment;
}

Alignment make_alignment(int64_t sentence, std::vector<std::string> source,
                         std::vector<std::string> target, const PairAttention& attention) {
  if (attention.source_ended) source.emplace_back(kEndSymbol);
  if (attention.ended) target.emplace_back(kEndSymbol);
  Alignment alignment =
      make_alignment(sentence, std::move(source), std::move(target), attention.attention);
  alignment.ended = attention.ended;
  return alignment;
}

Alignment alignment_of_text(int64_t sentence, const LanguageOptions& model,
                            std::vector<std::string> tokens, const KeptAttention& attention) {
  tokens.insert(tokens.begin(), kBeginSymbol);
  return make_alignment(sentence, looked_at_by_decoder(model.is_recurrent(), tokens), tokens,
                        attention);
}

Alignment make_alignment(int64_t sentence, ReadPair pair, AttentionOf of,
                         const AttentionSelection& selection) {
  const bool source_ended = !pair.model.has_features();
  if (of == AttentionOf::kCross) {
    const int64_t columns = std::ssize(pair.source) + (source_ended ? 1 : 0);
    const KeptAttention selected = pair.attention.selected(selection, columns);
    return make_alignment(sentence, std::move(pair.source), std::move(pair.target),
                          PairAttention{selected, pair.ended, source_ended});
  }
  std::vector<std::string>& words = of == AttentionOf::kDecoder ? pair.target : pair.source;
  if (of == AttentionOf::kDecoder) {
    words.insert(words.begin(), kBeginSymbol);
  } else if (source_ended) {
    words.emplace_back(kEndSymbol);
  }
  return make_alignment(sentence, looked_at(of, pair.model, words), words,
                        pair.attention.selected(selection, std::ssize(words)));
}

Alignment without_weights(Alignment alignment) {
  Alignment nothing;
  nothing.sentence = alignment.sentence;
  nothing.source = std::move(alignment.source);
  nothing.ended = false;
  nothing.layers = alignment.layers;
  nothing.gold = std::move(alignment.gold);
  nothing.features = std::move(alignment.features);
  return nothing;
}

std::vector<std::string> alignment_units() { return {"token", "word"}; }

Alignment in_units(const std::string& unit, Alignment alignment, const Languages& languages) {
  if (unit == "token") return alignment;
  if (languages.has_features)
    throw UsageError(
        "--alignment-unit word requires a source of words, but the model's has features");
  const std::span source(alignment.source), target(alignment.target);
  return merge_words(
      alignment, languages.source.tokenizer().words(source.first(source.size() - 1)),
      languages.target.tokenizer().words(target.first(target.size() - (alignment.ended ? 1 : 0))));
}

}  // namespace alinea
