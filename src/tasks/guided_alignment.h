// Guided alignment (Chen, Matusov, Khadivi & Peter 2016): links between the words of the training
// pairs, made by another aligner, that attention learns to follow. The loss becomes
//
//   L = Σ_t [ -log p(y_t | y_<t, x) + w · cost(α_t, A_t) ]
//
// where row t of A has 1/L at each of the L source words that target word t is linked with. A word
// without links has no cost, or is linked with the `</s>` of the source. `</s>` is linked with
// `</s>`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "attention/weights.h"
#include "metrics/links.h"
#include "ops/alignment_cost.h"
#include "storage/flat_lists.h"
#include "tasks/word_links.h"
#include "text/batch.h"

namespace alinea {

struct GuidedAlignmentOptions {
  std::string cost = "ce";        // a name of alignment_cost_names()
  double weight = 0.1;            // w
  int64_t layer = -1, head = -1;  // that are guided, from 0; -1: the mean of all
  // The step that reads a word learns its links, not the one that writes it, as
  // AttentionSelection::shifted takes them (Chen et al. 2020, section 3). No step reads `</s>`.
  bool shifted = false;
  // The guided weights are those of words that see all of their target (Garg et al. 2019, section
  // 4.3): the model has ModelOptions::full_context. Then `shifted` is so in any case.
  bool full_context = false;
  // Words without links are linked with `</s>`, in pairs that have links at all.
  bool to_end = false;
};

// "ce", "mse", "mult": those of ops::AlignmentCost in turn.
std::vector<std::string> alignment_cost_names();

class GuidedAlignment {
 public:
  // Reads links as LinkReader takes them, one line for each line that the corpus was read from;
  // those of skipped pairs are passed over. They count tokens, or with `words` the words of the
  // texts that the corpus was read from. Throws Error for another number of lines, and for a link
  // that is none or leads out of its pair. Throws UsageError for an unknown cost.
  GuidedAlignment(const std::filesystem::path& file, const ParallelCorpus& corpus,
                  const GuidedAlignmentOptions& options, WordLinks* words = nullptr);

  // w times the cost of all target words of the batch, [1]. Its indices are those of the corpus,
  // and `attention` is what EncoderDecoder::likelihood gave for it; of several heads the mean
  // of those that are guided counts. Throws UsageError for a layer or a head that there is not.
  Variable loss(Tape& tape, std::span<const AttentionWeights> attention, const Batch& batch) const;

  // The layer that is guided; nothing where it is the mean of all.
  std::optional<int64_t> layer() const { return layer_ < 0 ? std::nullopt : std::optional(layer_); }
  // The links of a pair, by target word.
  std::span<const Link> links(int64_t index) const { return links_.at(static_cast<size_t>(index)); }

 private:
  ops::AlignmentCost cost_;
  float weight_;
  int64_t layer_, head_;
  bool shifted_, to_end_;
  FlatLists<Link> links_;  // where the corpus is, in memory or on disk
};

}  // namespace alinea
