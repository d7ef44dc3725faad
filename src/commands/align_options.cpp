#include "commands/align_options.h"

#include <algorithm>
#include <utility>

#include "models/translation_model.h"
#include "options/field_list.h"
#include "reports/heatmap.h"
#include "reports/make_alignment.h"
#include "reports/symmetrized_links.h"
#include "support/error.h"

namespace alinea {

namespace {

void add_output(FieldList& fields, AlignOptions& o) {
  fields.add("output", o.output, "output file; a folder for the format matrix")
      .output()
      .choice("format", o.format, alignment_formats(),
              "matrix: one CSV per sentence; tidy: one CSV with one row per weight; pharaoh: i-j "
              "links; "
              "npz, safetensors: arrays")
      .needs("output");
  o.arrays.visit(fields, "format");
  fields.choice("alignment-unit", o.unit, alignment_units(),
                "unit of rows and columns; word: combine the pieces of a word");
}

void add_pictures(FieldList& fields, AlignOptions& o) {
  fields.add("heatmap", o.heatmap, "folder for one picture (SVG) per sentence")
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
      .needs("gold");
}

void add_links(FieldList& fields, AlignOptions& o) {
  fields.group("Links (format pharaoh)")
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
      .add("character-offsets", o.links.in_characters,
           "write each link as BEGIN:END-BEGIN:END, the characters of both lines that its words or "
           "tokens stand for")
      .needs("format", {"pharaoh"})
      .add("reverse-model", o.pairs.reverse_model,
           "model from target to source whose links are combined with those of --model")
      .needs("format", {"pharaoh"})
      .needs("output")
      .choice("symmetrize", o.symmetrize, ways_to_symmetrize(),
              "how the links of both directions are combined; mean: links are made of the mean of "
              "their weights")
      .needs("format", {"pharaoh"})
      .needs("reverse-model");
}

}  // namespace

void AlignOptions::visit(FieldList& fields) {
  pairs.visit(fields);
  add_output(fields, *this);
  add_pictures(fields, *this);
  add_links(fields, *this);
  attention.visit(fields);
  pairs.hard.visit(fields);
}

void AlignOptions::check() const {
  if (std::ranges::all_of(
          std::initializer_list<const std::filesystem::path*>{
              &output, &heatmap, &heatmap_page, &attention_page, &picture_page, &sound_page},
          [](const std::filesystem::path* path) { return path->empty(); }))
    throw UsageError(
        "expected at least one of --output, --heatmap, --heatmap-page, --attention-page, "
        "--picture-page and --sound-page");
  const bool is_cross = attention.which() == AttentionOf::kCross;
  for (const auto& [name, page] : {std::pair("sound", sound_page), {"picture", picture_page}})
    if (!page.empty() && (!is_cross || has_reverse()))
      throw UsageError("--{}-page requires --attention-of cross and no --reverse-model", name);
  if (!gold.empty() && heatmap.empty() && heatmap_page.empty() && attention_page.empty())
    throw UsageError(
        "--gold requires --heatmap, --heatmap-page or --attention-page, which show gold links");
  if (!gold.empty() && unit != "word" &&
      text_options(ModelFolder(pairs.model)).tokenizer != "space")
    throw UsageError("--gold links words: give --alignment-unit word, too");
  if (!gold.empty() && !is_cross) throw UsageError("--gold requires --attention-of cross");
  arrays.check(attention, unit);
  if (!is_cross && unit != "token")
    throw UsageError("--attention-of {} requires --alignment-unit token", attention.of);
  if (!is_cross && (attention.shifted || has_reverse()))
    throw UsageError("--shift-attention and --reverse-model require --attention-of cross");
}

std::vector<std::unique_ptr<AlignmentWriter>> AlignOptions::writers() const {
  std::vector<std::unique_ptr<AlignmentWriter>> all;
  if (!sound_page.empty()) all.push_back(make_sound_page_writer(sound_page));
  if (!picture_page.empty()) all.push_back(make_picture_page_writer(picture_page));
  if (!heatmap.empty()) all.push_back(make_heatmap_writer(heatmap, heatmap_scale));
  const LinksOf links_of =
      has_reverse() ? symmetrized_links(symmetrize, links) : extracted_links(links);
  if (!heatmap_page.empty()) all.push_back(make_heatmap_page_writer(heatmap_page, links_of));
  if (!attention_page.empty()) all.push_back(make_attention_page_writer(attention_page, links_of));
  if (!output.empty())
    all.push_back(has_reverse() ? make_links_writer(output, links_of, links.in_characters)
                                : make_alignment_writer(format, output, links));
  return all;
}

}  // namespace alinea
