#include "reports/make_document_attention.h"

#include <cmath>
#include <iterator>
#include <string>
#include <utility>

namespace alinea {

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
  for (size_t s = 0; s < document.size(); ++s)
    attention.sentences.push_back(
        {result.weights.sentences[s], std::move(document[s]), result.weights.words[s]});
  return attention;
}

}  // namespace alinea
