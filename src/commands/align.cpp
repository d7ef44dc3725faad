#include "commands/align.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "metrics/symmetrization.h"
#include "models/translation_model.h"
#include "options/options.h"
#include "options/threads.h"
#include "reports/alignment_writer.h"
#include "reports/array_contents.h"
#include "reports/attention_choice.h"
#include "reports/gold_text.h"
#include "reports/heatmap.h"
#include "reports/make_alignment.h"
#include "reports/picture_attention.h"
#include "reports/sound_page.h"
#include "search/scored_texts.h"
#include "signals/picture.h"
#include "signals/transforms.h"
#include "support/error.h"
#include "support/unanswered.h"

namespace alinea {

namespace {

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
};

// Of --symmetrize: links are made of the mean weights of both directions, not of each.
constexpr const char* kMean = "mean";

std::vector<std::string> ways_to_symmetrize() {
  std::vector<std::string> names = symmetrization_names();
  names.emplace_back(kMean);
  return names;
}

void add_options(Options& table, AlignOptions& o) {
  o.pairs.visit(table);
  table.add("output", o.output, "output file; a folder for the format matrix")
      .output()
      .choice("format", o.format, alignment_formats(),
              "matrix: one CSV per sentence; tidy: one CSV with one row per weight; pharaoh: i-j "
              "links; "
              "npz, safetensors: arrays")
      .needs("output");
  o.arrays.visit(table, "format");
  table
      .choice("alignment-unit", o.unit, alignment_units(),
              "unit of rows and columns; word: combine the pieces of a word")
      .add("heatmap", o.heatmap, "folder for one picture (SVG) per sentence")
      .output()
      .choice("heatmap-scale", o.heatmap_scale, heatmap_scales(),
              "weight: a cell is as dark as its weight; row: as its share of the row's largest; "
              "auto: row "
              "where most rows have no weight of 0.3")
      .needs("heatmap")
      .add("heatmap-page", o.heatmap_page, "HTML page with the matrices of all sentences")
      .output()
      .add("attention-page", o.attention_page,
           "HTML page on which words look at words, by layer and head")
      .output()
      .add("picture-page", o.picture_page,
           "HTML page on which each word shows what it looked at in its picture")
      .output()
      .add("sound-page", o.sound_page,
           "HTML page with sounds, which it plays, and when each word listened")
      .output()
      .add("gold", o.gold,
           "gold links, sure i-j and possible i?j, one line per sentence, that the pictures show")
      .add("first-index", o.first_index, "number of the first word in the gold links")
      .range<int64_t>(0, 1)
      .needs("gold")
      .group("Links (format pharaoh)")
      .choice("links", o.links.method, {"argmax", "threshold"},
              "argmax: the largest weight of each word; threshold: every weight of at least "
              "--threshold")
      .needs("format", {"pharaoh"})
      .choice("links-per", o.links.per, {"target", "source"},
              "argmax: side whose words get one link each")
      .needs("format", {"pharaoh"})
      .needs("links", {"argmax"})
      .add("threshold", o.links.threshold, "smallest weight of a link")
      .range(0.0, 1.0)
      .needs("format", {"pharaoh"})
      .needs("links", {"threshold"})
      .add("reverse-model", o.pairs.reverse_model,
           "model from target to source whose links are combined with those of --model")
      .needs("format", {"pharaoh"})
      .needs("output")
      .choice("symmetrize", o.symmetrize, ways_to_symmetrize(),
              "how the links of both directions are combined; mean: links are made of the mean of "
              "their weights")
      .needs("format", {"pharaoh"})
      .needs("reverse-model");
  o.attention.visit(table);
  o.pairs.hard.visit(table);
}

void check(const AlignOptions& o) {
  if (o.output.empty() && o.heatmap.empty() && o.heatmap_page.empty() && o.attention_page.empty() &&
      o.picture_page.empty() && o.sound_page.empty())
    throw UsageError(
        "expected at least one of --output, --heatmap, --heatmap-page, --attention-page, "
        "--picture-page and --sound-page");
  if (!o.sound_page.empty() && (o.attention.of != "cross" || !o.pairs.reverse_model.empty()))
    throw UsageError("--sound-page requires --attention-of cross and no --reverse-model");
  if (!o.picture_page.empty() && (o.attention.of != "cross" || !o.pairs.reverse_model.empty()))
    throw UsageError("--picture-page requires --attention-of cross and no --reverse-model");
  if (!o.gold.empty() && o.heatmap.empty() && o.heatmap_page.empty())
    throw UsageError("--gold requires --heatmap or --heatmap-page, which show gold links");
  if (!o.gold.empty() && o.unit != "word" &&
      text_options(ModelFolder(o.pairs.model)).tokenizer != "space")
    throw UsageError("--gold links words: give --alignment-unit word, too");
  o.arrays.check(o.attention, o.unit);
  if (o.attention.of != "cross" && o.unit != "token")
    throw UsageError("--attention-of {} requires --alignment-unit token", o.attention.of);
  if (o.attention.of != "cross" && (o.attention.shifted || !o.pairs.reverse_model.empty()))
    throw UsageError("--shift-attention and --reverse-model require --attention-of cross");
}

Alignment alignment_of(int64_t sentence, const ScoredReading& reading,
                       const AlignOptions& options) {
  Alignment alignment = in_units(
      options.unit,
      make_alignment(sentence,
                     {reading.model, reading.source, reading.target, reading.result.attention},
                     options.attention.which(), options.attention.selection()),
      reading.languages);
  alignment.states = reading.states;
  return alignment;
}

// What the page tells of a pair beside its weights.
Alignment scored(Alignment alignment, const ScoredPair& pair) {
  if (pair.tokens > 0) alignment.score = pair.log_probability / static_cast<double>(pair.tokens);
  return alignment;
}

// Both alignments have to be of the same words, or else their links are not: why they are not, or
// nothing.
std::string difference(const Alignment& forward, const Alignment& reverse,
                       const std::string& unit) {
  if (reverse.source.size() == forward.target.size() &&
      reverse.target.size() == forward.source.size())
    return {};
  return fmt::format(
      "the model reads {} and {} {}s, the reverse model {} and {}, and their links cannot be "
      "combined{}",
      forward.source.size() - 1, forward.target.size() - 1, unit, reverse.target.size() - 1,
      reverse.source.size() - 1, unit == "token" ? "; try --alignment-unit word" : "");
}

// What stands in the place of an alignment that there is none of.
Alignment without_targets(Alignment alignment) {
  alignment.target.clear();
  alignment.weights.clear();
  alignment.heads.clear();
  alignment.energies.clear();
  alignment.states.clear();
  alignment.focus.clear();
  alignment.score.reset();
  alignment.ended = false;
  return alignment;
}

// The links of the reverse model, the source of the first model first.
Links reverse_links(const Alignment& reverse, const LinkExtraction& extraction) {
  Links links = extract_links(reverse, extraction);
  for (Link& link : links) std::swap(link.source, link.target);
  std::sort(links.begin(), links.end());
  return links;
}

Links symmetrized_links(const Alignment& forward, const Alignment& reverse,
                        const AlignOptions& options) {
  if (options.symmetrize == kMean)
    return extract_links(mean_of_directions(forward, reverse), options.links);
  return symmetrize(options.symmetrize, extract_links(forward, options.links),
                    reverse_links(reverse, options.links));
}

using Writers = std::vector<std::unique_ptr<AlignmentWriter>>;

Writers picture_writers(const AlignOptions& options) {
  Writers writers;
  if (!options.heatmap.empty())
    writers.push_back(make_heatmap_writer(options.heatmap, options.heatmap_scale));
  if (!options.heatmap_page.empty())
    writers.push_back(make_heatmap_page_writer(options.heatmap_page, options.links));
  if (!options.attention_page.empty())
    writers.push_back(make_attention_page_writer(options.attention_page));
  return writers;
}

void align_symmetrized(const AlignOptions& options) {
  LinkFile file(options.output);
  const Writers pictures = picture_writers(options);
  GoldText gold(options.gold, options.first_index);
  Unanswered unanswered("links");
  for_scored_lines(options.pairs, [&](const ScoredLines& pair) {
    Alignment alignment =
        scored(alignment_of(pair.sentence, pair.forward, options), pair.forward.result);
    const Alignment reverse = alignment_of(pair.sentence, pair.reverse.value(), options);
    const std::string reason =
        pair.fault.empty() ? difference(alignment, reverse, options.unit) : pair.fault;
    gold.add_to(alignment, pair.fault.empty());
    for (const auto& writer : pictures)
      writer->write(pair.fault.empty() ? alignment : without_targets(alignment));
    if (!reason.empty()) unanswered.add(pair.sentence + 1, reason);
    file.write(reason.empty() ? symmetrized_links(alignment, reverse, options) : Links());
  });
  gold.finish();
  for (const auto& writer : pictures) writer->finish();
  file.finish();
  unanswered.finish();
}

// The rows of a picture as they were before they were normalised. What a picture's own moments were
// is not known any more: then its values are spread from 0 to 1.
std::vector<float> shown_values(const ScoredReading& reading) {
  const FeatureOptions& features = reading.features;
  FeatureRows rows{features.columns, {reading.rows.begin(), reading.rows.end()}};
  if (features.normalization == "corpus") denormalize(rows, features.corpus);
  if (features.normalization == "utterance") {
    const auto [least, most] = std::ranges::minmax(rows.values);
    for (float& value : rows.values) value = most > least ? (value - least) / (most - least) : 0;
  }
  return std::move(rows.values);
}

// The picture that the words of a caption looked at.
void write_picture(PictureAttentionPage& page, const Alignment& alignment,
                   const ScoredReading& reading) {
  const FeatureOptions& features = reading.features;
  if (!features.is_picture())
    throw Error("--picture-page requires a model of pictures: leave it out");
  if (reading.rows.empty()) return page.write(alignment, {});
  const Picture picture = joined_patches(
      shown_values(reading),
      {features.picture_height, features.picture_width, features.picture_channels, {}},
      std::max<int64_t>(features.patches, 1));
  page.write(alignment, {picture.pixels, picture.height, picture.width, picture.channels,
                         reading.model.front_end.positions_across()});
}

// The sound, or the rows of a table, that the words were heard in.
void write_sound(SoundPageFile& page, const Alignment& alignment, const ScoredReading& reading) {
  const FeatureOptions& features = reading.features;
  if (!reading.languages.has_features || features.is_picture())
    throw Error("--sound-page requires a model of sounds or tables: leave it out");
  page.write(alignment, {reading.rows, features.columns, reading.sound});
}

void align(const AlignOptions& options) {
  std::optional<SoundPageFile> sounds;
  if (!options.sound_page.empty()) sounds.emplace(options.sound_page);
  std::optional<PictureAttentionPage> page;
  if (!options.picture_page.empty()) page.emplace(options.picture_page);
  Writers writers = picture_writers(options);
  if (!options.output.empty())
    writers.push_back(make_alignment_writer(options.format, options.output, options.links));
  GoldText gold(options.gold, options.first_index);
  Unanswered unanswered("alignment");
  for_scored_lines(options.pairs, [&](const ScoredLines& pair) {
    Alignment alignment =
        scored(alignment_of(pair.sentence, pair.forward, options), pair.forward.result);
    gold.add_to(alignment, pair.fault.empty());
    if (!pair.fault.empty()) {
      unanswered.add(pair.sentence + 1, pair.fault);
      alignment = without_targets(std::move(alignment));
    }
    for (const auto& writer : writers) writer->write(alignment);
    if (page) write_picture(*page, alignment, pair.forward);
    if (sounds) write_sound(*sounds, alignment, pair.forward);
  });
  gold.finish();
  for (const auto& writer : writers) writer->finish();
  if (page) page->finish();
  if (sounds) sounds->finish();
  unanswered.finish();
}

}  // namespace

void align_command(std::span<const std::string> arguments) {
  AlignOptions options;
  Options table("align", "Writes the attention weights of given translations");
  add_options(table, options);
  if (!table.parse(arguments)) return;
  check(options);
  use_threads(options.pairs.threads);
  options.pairs.keep_attention = true;
  options.pairs.keep_energies = options.arrays.energies;
  options.pairs.keep_states = options.arrays.encoder_states;
  options.pairs.keep_sounds = !options.sound_page.empty();
  options.pairs.attention_of = options.attention.which();
  if (options.pairs.reverse_model.empty()) {
    align(options);
  } else {
    align_symmetrized(options);
  }
}

}  // namespace alinea
