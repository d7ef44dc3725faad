#include "reports/make_document_attention.h"

#include <cmath>
#include <iterator>
#include <span>
#include <string>
#include <utility>

namespace alinea {

namespace {

// `weight` holds one of each row, `weights` those of each word, [T, rows].
SentenceAttention make_sentence(std::vector<std::string> words, std::span<const float> weight,
                                const std::vector<float>& weights) {
  if (weight.size() == 1) return {weight[0], std::move(words), weights};
  const size_t rows = weight.size();
  SentenceAttention sentence{0, std::move(words), std::vector<float>(weights.size() / rows), {}};
  for (size_t row = 0; row < rows; ++row) {
    SentenceAttention::Row& own =
        sentence.rows.emplace_back(SentenceAttention::Row{weight[row], {}});
    sentence.weight += weight[row] / static_cast<float>(rows);
    for (size_t w = 0; w < sentence.words.size(); ++w) {
      own.weights.push_back(weights[w * rows + row]);
      sentence.weights[w] += own.weights.back() / static_cast<float>(rows);
    }
  }
  return sentence;
}

}  // namespace

DocumentAttention make_document_attention(const Classification& result, const Labels& labels,
                                          Document document, bool hierarchical) {
  if (!hierarchical && !document.empty()) {
    std::vector<std::string> words;
    for (std::vector<std::string>& sentence : document)
      words.insert(words.end(), std::make_move_iterator(sentence.begin()),
                   std::make_move_iterator(sentence.end()));
    document = {std::move(words)};
  }
  DocumentAttention attention{
      labels.name(result.label), std::exp(result.log_probabilities[result.label]), {}};
  const Classified::Weights& weights = result.weights;
  for (size_t s = 0; s < document.size(); ++s)
    attention.sentences.push_back(make_sentence(
        std::move(document[s]),
        std::span(weights.sentences)
            .subspan(s * static_cast<size_t>(weights.rows), static_cast<size_t>(weights.rows)),
        weights.words[s]));
  return attention;
}

}  // namespace alinea
