// A sentence and its translation, as the report of a run shows them.
#pragma once

#include <string>
#include <string_view>

#include "reports/alignment.h"

namespace alinea {

struct SampleTranslation {
  Alignment alignment;        // without weights where the model has no attention
  double score = 0;           // log-probability divided by the length penalty
  bool is_translated = true;  // false: no translation has a probability above 0
  std::string reference;      // may be empty
  std::string outcome = {};   // what is told in the place of the score; may be empty
};

// What the parts of a sample are called.
struct SampleTerms {
  std::string_view item = "Sentence", source = "source", target = "translation",
                   reference = "reference";
};

// The pair as a part of run_report.html: both sides word by word. With weights each word is a
// button, and data-weights holds a row of weights for each target word, to three decimals, as
// JSON; run_report.js shows them over the other side.
std::string sample_translation_html(const SampleTranslation& sample, const SampleTerms& terms = {});

}  // namespace alinea
