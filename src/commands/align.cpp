#include "commands/align.h"

#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "commands/align_options.h"
#include "options/options.h"
#include "options/threads.h"
#include "reports/gold_text.h"
#include "reports/make_alignment.h"
#include "reports/symmetrized_links.h"
#include "support/error.h"
#include "support/unanswered.h"

namespace alinea {

namespace {

std::optional<SourceFeatures> features_of(const ScoredReading& reading) {
  if (!reading.languages.has_features) return {};
  const FrontEndFields& grid = reading.model.front_end;
  return SourceFeatures{.options = reading.features,
                        .rows = {reading.rows.begin(), reading.rows.end()},
                        .cells_down = grid.cells_down(),
                        .cells_across = grid.cells_across(),
                        .cells_per_position = reading.model.rows_per_position(),
                        .name = reading.source_line,
                        .sound_file = reading.sound};
}

Alignment tokens_of(int64_t sentence, const ScoredReading& reading, const AlignOptions& options,
                    const std::filesystem::path& model) {
  options.attention.check(reading.model, model);
  Alignment alignment = make_alignment(
      sentence, {reading.model, reading.source, reading.target, reading.result.attention},
      options.attention.which(), options.attention.selection());
  if (!options.links.in_characters) return alignment;
  if (reading.languages.has_features)
    throw UsageError(
        "--character-offsets requires a source of words, but the model's has features");
  alignment.source_ranges = reading.languages.source.ranges(reading.source_line);
  alignment.target_ranges = reading.languages.target.ranges(reading.target_line);
  return alignment;
}

Alignment alignment_of(int64_t sentence, const ScoredReading& reading, const AlignOptions& options,
                       const std::filesystem::path& model) {
  Alignment alignment =
      in_units(options.unit, tokens_of(sentence, reading, options, model), reading.languages);
  alignment.states = reading.states;
  const ScoredPair& pair = reading.result;
  if (options.shows_scores() && pair.tokens > 0 && std::isfinite(pair.log_probability))
    alignment.score = pair.log_probability / static_cast<double>(pair.tokens);
  if (options.shows_source()) alignment.features = features_of(reading);
  return alignment;
}

Alignment alignment_of(const ScoredLines& pair, const AlignOptions& options) {
  Alignment alignment = alignment_of(pair.sentence, pair.forward, options, options.pairs.model);
  if (pair.reverse)
    alignment.reverse = std::make_shared<Alignment>(
        alignment_of(pair.sentence, *pair.reverse, options, options.pairs.reverse_model));
  return alignment;
}

void align(const AlignOptions& options) {
  const auto writers = options.writers();
  GoldText gold(options.gold, options.first_index);
  Unanswered unanswered(options.has_reverse() ? "links" : "alignment");
  const auto place =
      options.writes_links() ? Unanswered::Place::kEmptyLine : Unanswered::Place::kNothing;
  for_scored_lines(options.pairs, [&](const ScoredLines& pair) {
    Alignment alignment = alignment_of(pair, options);
    gold.add_to(alignment, pair.fault.empty());
    std::string reason = pair.fault;
    if (reason.empty()) {
      reason = difference_of_directions(alignment, options.unit);
      if (!reason.empty()) alignment.reverse = nullptr;
    } else {
      alignment = without_weights(std::move(alignment));
    }
    if (!reason.empty()) unanswered.add(pair.sentence + 1, reason, place);
    for (const auto& writer : writers) writer->write(alignment);
  });
  gold.finish();
  for (const auto& writer : writers) writer->finish();
  unanswered.finish();
}

}  // namespace

void align_command(std::span<const std::string> arguments) {
  AlignOptions options;
  Options table("align", "Writes the attention weights of given translations");
  options.visit(table);
  if (!table.parse(arguments)) return;
  options.check();
  use_threads(options.pairs.threads);
  options.pairs.keep_attention = true;
  options.pairs.attention_alone = !options.shows_scores();
  options.pairs.keep_energies = options.arrays.energies;
  options.pairs.keep_states = options.arrays.encoder_states;
  options.pairs.keep_sounds = !options.sound_page.empty();
  options.pairs.attention_of = options.attention.which();
  align(options);
}

}  // namespace alinea
