// The options of guided alignment.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "models/model_options.h"
#include "options/options.h"
#include "tasks/guided_alignment.h"
#include "tasks/training_texts.h"

namespace alinea {

struct GuideOptions {
  std::filesystem::path links;  // empty: there is no guide
  std::string unit = "auto";    // what the links count: token, word, or what they seem to
  GuidedAlignmentOptions terms;

  void visit(FieldList& fields);
};

// After parsing: throws UsageError for options that do not go together.
void check_guide(const GuideOptions& options, const ModelOptions& network);
// The links of the corpus, which was read from the texts. Writes to stderr what they count where
// that was found out, and which pairs have none for want of words. Throws what GuidedAlignment
// throws.
std::optional<GuidedAlignment> read_guide(const GuideOptions& options, const ParallelCorpus& corpus,
                                          const TrainingTexts& texts, const Languages& languages);

}  // namespace alinea
