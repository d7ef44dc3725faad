#include "commands/guide_options.h"

#include "options/limits.h"
#include "support/error.h"

namespace alinea {

void add_guide(Options& table, GuideOptions& options) {
  table.group("Guided alignment")
      .add("guided-alignment", options.links,
           "links i-j between the tokens of the training texts, one line per pair, plain or .gz, "
           "which "
           "attention learns to follow")
      .choice("guided-alignment-cost", options.terms.cost, alignment_cost_names(),
              "measure of the distance between attention and links")
      .add("guided-alignment-weight", options.terms.weight,
           "weight of this cost relative to a word's loss")
      .range(0.0, kAnyNumber);
}

void check_guide(const Options& table, const GuideOptions& options, const ModelOptions& network) {
  if (!options.links.empty() && !network.has_attention())
    throw UsageError(
        "--guided-alignment requires attention, but --attention is none: choose a score");
  for (const char* name : {"guided-alignment-cost", "guided-alignment-weight"})
    if (options.links.empty() && table.given(name))
      throw UsageError("--{} requires links: give them with --guided-alignment", name);
}

std::optional<GuidedAlignment> read_guide(const GuideOptions& options,
                                          const ParallelCorpus& corpus) {
  if (options.links.empty()) return std::nullopt;
  return GuidedAlignment(options.links, corpus, options.terms);
}

}  // namespace alinea
