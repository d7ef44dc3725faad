#include "reports/classifier_attention.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "reports/make_alignment.h"
#include "text/vocabulary.h"

namespace alinea {

Document words_as_read(const DocumentClassifier& model, Document document) {
  if (!model.options().joins_pairs()) return document;
  std::vector<std::string>&premise = document[0], &hypothesis = document[1];
  const JoinedLengths lengths = model.joined({premise.size(), hypothesis.size()});
  premise.resize(lengths.premise);
  premise.insert(premise.begin(), kBeginSymbol);
  premise.emplace_back(kEndSymbol);
  premise.insert(premise.end(), hypothesis.begin(),
                 hypothesis.begin() + static_cast<std::ptrdiff_t>(lengths.hypothesis));
  premise.emplace_back(kEndSymbol);
  document.pop_back();
  return document;
}

Alignment self_attention_of(const DocumentClassifier& model, const Classification& result,
                            const Document& document, int64_t number) {
  std::vector<std::string> words;
  for (const std::vector<std::string>& sentence : words_as_read(model, document))
    words.insert(words.end(), sentence.begin(), sentence.end());
  words.resize(static_cast<size_t>(result.self_attention.words));
  return make_alignment(number, words, words, result.self_attention.weights);
}

Alignment pair_attention_of(const DocumentClassifier& model, const Classification& result,
                            const Document& document, LookingText which, int64_t number) {
  const bool premise_looks = which == LookingText::kPremise;
  const PairLook& look = premise_looks ? result.of_premise : result.of_hypothesis;
  const std::vector<std::string>& looking = document[premise_looks ? 0 : 1];
  std::vector<std::string> rows, looked_at = document[premise_looks ? 1 : 0];
  const bool delimiter_is_seen = model.options().pair_attention == kCompare && premise_looks;
  std::vector<std::string>& delimited = delimiter_is_seen ? looked_at : rows;
  delimited.insert(delimited.begin(), kEndSymbol);
  rows.insert(rows.end(), looking.begin(), looking.end());
  if (model.options().pair_attention == "last") rows = {fmt::format("{}", fmt::join(looking, " "))};
  rows.resize(static_cast<size_t>(look.looking));
  looked_at.resize(static_cast<size_t>(look.looked_at));
  return make_alignment(number, std::move(looked_at), std::move(rows), look.weights);
}

}  // namespace alinea
