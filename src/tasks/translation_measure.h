// What a validation makes of translations: BLEU, chrF or the score of another program.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "metrics/bleu_tokenizer.h"
#include "metrics/references.h"
#include "metrics/script.h"
#include "training/task.h"

namespace alinea {

struct Judgement {
  double score = 0;  // NaN where there is none
  std::string note;  // a line to show, or empty
};

struct TranslationMeasure {
  Measure terms;
  // Of translations of all validation sentences, in order.
  std::function<Judgement(std::span<const std::string>)> judge;
};

TranslationMeasure bleu_measure(References references, BleuTokenizer tokenizer);
TranslationMeasure chrf_measure(References references);

// As Marian's "translation". Where the program fails the validation has no score, and the note says
// why: training goes on.
TranslationMeasure script_measure(const ScriptOptions& script);

}  // namespace alinea
