// A run on one page: curves, samples, options.
#pragma once

#include <filesystem>
#include <vector>

#include "reports/curves.h"
#include "reports/document_attention.h"
#include "reports/model_summary.h"
#include "reports/sample_translation.h"

namespace alinea {

struct RunReport {
  ModelSummary summary;
  std::vector<SampleTranslation> translations;  // of a translation model
  std::vector<DocumentAttention> documents;     // of a classifier with attention
  // Of a classifier of pairs: what each word of the hypothesis, the target, looks at in the
  // premise.
  std::vector<SampleTranslation> pairs = {};
  std::vector<NamedLog> others = {};  // runs whose curves are drawn beside those of the model
};

// One HTML page that needs nothing beside it, nor a network: the library that draws its curves lies
// in it, with its licence. No text of the model folder or the samples is taken for markup. Throws
// Error where the file cannot be written.
void write_run_report(const std::filesystem::path& file, const RunReport& report);

}  // namespace alinea
