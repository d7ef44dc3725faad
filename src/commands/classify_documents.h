// What classify does with documents and pairs of texts.
#pragma once

#include <filesystem>
#include <string>

#include "models/classification.h"
#include "storage/input.h"

namespace alinea {

// Which text of a pair looks at the other.
inline constexpr const char *kHypothesisLooks = "hypothesis", *kPremiseLooks = "premise";

struct ClassifyDocumentsOptions {
  std::filesystem::path model, input = kStandardStream, attention, highlight;
  std::filesystem::path self_attention, self_attention_page, heatmap;
  bool labelled = false;
  bool ignore_extra_columns = false;
  std::string attention_of = kHypothesisLooks;
  ClassificationOptions classification;
};

// Prints the class of each line and the probabilities of all classes; a line with a fault stays
// empty, and is told of. Throws Error where the model or the input cannot be read, and at the end
// where a line stayed empty.
void classify_documents(const ClassifyDocumentsOptions& options);

}  // namespace alinea
