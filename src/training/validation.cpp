#include "training/validation.h"

#include <cmath>

#include "metrics/bleu.h"
#include "search/translator.h"

namespace alinea {

namespace {

double greedy_bleu(const Seq2Seq& model, const Languages& languages, const ValidationData& data) {
  std::vector<std::vector<int32_t>> sources;
  for (int64_t i = 0; i < data.corpus.size(); ++i) {
    const std::span<const int32_t> source = data.corpus.source(i);
    sources.emplace_back(source.begin(), source.end());
  }
  TranslatorOptions options;
  options.search.beam_size = 1;
  std::vector<std::string> hypotheses;
  for (const std::vector<Hypothesis>& best : translate(model, sources, options))
    hypotheses.push_back(languages.target.decode(best.front().tokens));
  return corpus_bleu(hypotheses, data.references, BleuTokenizer::kNone).score;
}

}  // namespace

ValidationScores validate(const Seq2Seq& model, const Languages& languages,
                          const ValidationData& data) {
  std::vector<SentencePair> pairs;
  for (int64_t i = 0; i < data.corpus.size(); ++i)
    pairs.push_back({data.corpus.source(i), data.corpus.target(i), i});
  double log_probability = 0;
  int64_t tokens = 0;
  for (const ForcedSentence& sentence : force(model, pairs, {})) {
    log_probability += sentence.log_probability;
    tokens += sentence.tokens;
  }
  ValidationScores scores;
  scores.loss = -log_probability / static_cast<double>(tokens);
  scores.perplexity = std::exp(scores.loss);
  if (!data.references.empty()) scores.bleu = greedy_bleu(model, languages, data);
  return scores;
}

}  // namespace alinea
