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

std::string beyond_positions(const EncoderDecoder& model, int64_t length) {
  const std::optional<int64_t> most = model.most_source_words();
  const bool has_features = model.options().has_features();
  if (!most || model.source_positions(has_features ? length : length + 1) <= *most) return {};
  if (has_features)
    return fmt::format(
        "the source has {} rows of features, but the model's learned positions end at {}", length,
        *most * model.options().rows_per_position());
  return fmt::format(
      "the source has {} tokens, but the model's learned positions end at {} with </s>", length,
      *most);
}

}  // namespace alinea
