// How good a model is on pairs that it does not learn from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/model_folder.h"
#include "text/corpus.h"

namespace alinea {

struct ValidationData {
  ParallelCorpus corpus;                // every line, empty ones too
  std::vector<std::string> references;  // the target lines; empty where BLEU is not wanted
};

struct ValidationScores {
  double loss = 0;  // nats a target token, </s> counted, without label smoothing
  double perplexity = 0;
  std::optional<double> bleu;  // greedy translations, tokens as they are ("none")
};

ValidationScores validate(const Seq2Seq& model, const Languages& languages,
                          const ValidationData& data);

}  // namespace alinea
