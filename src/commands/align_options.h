// What the command line of align chooses.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "reports/alignment_writer.h"
#include "reports/array_contents.h"
#include "reports/attention_choice.h"
#include "search/scored_texts.h"

namespace alinea {

struct AlignOptions {
  ScoredTextsOptions pairs;
  std::filesystem::path output, heatmap, heatmap_page, attention_page, picture_page, sound_page,
      gold;
  std::string format = "tidy", unit = "token", heatmap_scale = "auto";
  LinkExtraction links;
  std::string symmetrize = "grow-diag-final-and";
  int64_t first_index = 0;
  AttentionChoice attention;
  ArrayContents arrays;

  void visit(FieldList& fields);
  // Throws UsageError for options that do not go together.
  void check() const;

  bool has_reverse() const { return !pairs.reverse_model.empty(); }
  // Whether a page shows the source itself, of features.
  bool shows_source() const { return !picture_page.empty() || !sound_page.empty(); }
  // Whether a page shows the log-probability of a pair.
  bool shows_scores() const {
    return !heatmap_page.empty() || !attention_page.empty() || shows_source();
  }
  // Whether each line of the output is one of links.
  bool writes_links() const { return !output.empty() && format == "pharaoh"; }
  // One for each thing to be written.
  std::vector<std::unique_ptr<AlignmentWriter>> writers() const;
};

}  // namespace alinea
