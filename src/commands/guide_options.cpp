#include "commands/guide_options.h"

#include "options/limits.h"
#include "support/error.h"

namespace alinea {

void add_guide(Options& table, GuideOptions& options) {
  table.group("Guided alignment")
      .add("guided-alignment", options.links,
           "links i-j between the tokens of the training texts, a line a pair, plain or .gz, that "
           "attention learns to follow")
      .choice("guided-alignment-cost", options.terms.cost, alignment_cost_names(),
              "how far attention is from the links")
      .add("guided-alignment-weight", options.terms.weight, "what that counts beside a word's loss")
      .range(0.0, kAnyNumber);
}

void check_guide(const Options& table, const GuideOptions& options, const ModelOptions& network) {
  if (!options.links.empty() && !network.has_attention())
    throw UsageError("--guided-alignment needs attention, but --attention is none: choose a score");
  for (const char* name : {"guided-alignment-cost", "guided-alignment-weight"})
    if (options.links.empty() && table.given(name))
      throw UsageError("--{} needs links: give them with --guided-alignment", name);
}

std::optional<GuidedAlignment> read_guide(const GuideOptions& options,
                                          const ParallelCorpus& corpus) {
  if (options.links.empty()) return std::nullopt;
  return GuidedAlignment(options.links, corpus, options.terms);
}

}  // namespace alinea
