// The options of guided alignment.
#pragma once

#include <filesystem>
#include <optional>

#include "models/model_options.h"
#include "options/options.h"
#include "training/guided_alignment.h"

namespace alinea {

struct GuideOptions {
  std::filesystem::path links;  // empty: there is no guide
  GuidedAlignmentOptions terms;
};

void add_guide(Options& table, GuideOptions& options);
// After parsing: throws UsageError for options that do not go together.
void check_guide(const Options& table, const GuideOptions& options, const ModelOptions& network);
// Throws what GuidedAlignment throws.
std::optional<GuidedAlignment> read_guide(const GuideOptions& options,
                                          const ParallelCorpus& corpus);

}  // namespace alinea
