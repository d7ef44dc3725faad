// The gold links of one sentence after the other, for the pictures of its alignment.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "metrics/links.h"
#include "reports/alignment.h"

namespace alinea {

class GoldText {
 public:
  // No path: no links. first_index: the number of a sentence's first word.
  GoldText(const std::filesystem::path& path, int64_t first_index);

  // Of the next sentence, where it has an alignment. Throws Error where there are none, or one is
  // not within the sentence.
  void add_to(Alignment& alignment, bool aligned);

  // Throws Error where there are more links than sentences.
  void finish();

 private:
  std::string name_;
  int64_t first_index_;
  std::optional<LinkReader> reader_;
};

}  // namespace alinea
