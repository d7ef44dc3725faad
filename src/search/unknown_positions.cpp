#include "search/unknown_positions.h"

#include <fmt/format.h>

#include <iostream>

namespace alinea {

void note_unknown_positions(const ModelOptions& options, int64_t words) {
  static bool is_said = false;
  if (is_said || options.attention != "location" || words < options.source_positions) return;
  is_said = true;
  std::cerr << fmt::format(
      "a source of {} tokens is longer than any in training: attention location never looks at "
      "those behind the first {}\n",
      words, options.source_positions);
}

std::string beyond_positions(std::optional<int64_t> most, int64_t words) {
  if (!most || words < *most) return {};
  return fmt::format(
      "the source has {} tokens, but the model's learned positions end at {} with </s>", words,
      *most);
}

}  // namespace alinea
