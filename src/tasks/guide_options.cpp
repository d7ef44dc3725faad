#include "tasks/guide_options.h"

#include <fmt/format.h>

#include <iostream>

#include "options/limits.h"
#include "support/counted.h"
#include "support/error.h"

namespace alinea {

namespace {

constexpr const char* kFound = "auto";
constexpr const char* kWord = "word";

}  // namespace

void GuideOptions::visit(FieldList& fields) {
  fields.group("Guided alignment")
      .add("guided-alignment", links,
           "links i-j between the tokens or words of the training texts, one line per pair, plain "
           "or .gz, which attention learns to follow")
      .choice("guided-alignment-unit", unit, {kFound, "token", kWord},
              "what the links count; word: words between white space; auto: words if no link lies "
              "beyond the last word of its pair, otherwise tokens")
      .needs("guided-alignment")
      .choice("guided-alignment-cost", terms.cost, alignment_cost_names(),
              "measure of the distance between attention and links")
      .needs("guided-alignment")
      .add("guided-alignment-weight", terms.weight, "weight of this cost relative to a word's loss")
      .range(0.0, kAnyNumber)
      .needs("guided-alignment")
      .add("guided-alignment-layer", terms.layer,
           "decoder transformer or convolutional: layer whose attention learns them, from 0; -1: "
           "the mean of all")
      .range<int64_t>(-1, kMostLayers - 1)
      .needs("guided-alignment")
      .add("guided-alignment-head", terms.head, "the same for a head of each layer")
      .range<int64_t>(-1, kLargestSize)
      .needs("guided-alignment")
      .add("guided-alignment-shift", terms.shifted,
           "guide the step that reads a word, not the one that writes it; align with "
           "--shift-attention")
      .needs("guided-alignment")
      .add("full-context-alignment", terms.full_context,
           "decoder transformer: guide a second pass of the decoder, in which every word sees the "
           "whole target, those behind it too, at the step that reads it; align takes links from "
           "it, while translate sees no words that are yet to come")
      .needs("guided-alignment")
      .add("guided-alignment-null", terms.to_end,
           "words without links learn to look at the end of the source sentence, of which `align` "
           "makes no link; without it they learn nothing")
      .needs("guided-alignment");
}

void check_guide(const GuideOptions& options, const ModelOptions& network) {
  if (!options.links.empty() && !network.has_attention())
    throw UsageError(
        "--guided-alignment requires attention, but --attention is none: choose a score");
  const int64_t layers = network.attention_layers(), heads = network.layer_heads();
  if (options.terms.layer >= layers || options.terms.head >= heads)
    throw UsageError(
        "--guided-alignment-layer and --guided-alignment-head require one of {} and one of "
        "{}, got {} and {}",
        counted(layers, "layer"), counted(heads, "head"), options.terms.layer, options.terms.head);
}

std::optional<GuidedAlignment> read_guide(const GuideOptions& options, const ParallelCorpus& corpus,
                                          const TrainingTexts& texts, const Languages& languages) {
  if (options.links.empty()) return std::nullopt;
  const auto pairs = [&] {
    return WordLinks(texts.texts(TextFile::Column::kSource), texts.texts(TextFile::Column::kTarget),
                     languages);
  };
  const std::string name = options.links.string();
  const bool found_words = options.unit == kFound && count_words(options.links, pairs());
  if (found_words)
    std::cerr << fmt::format(
        "{}: these links count words, since none reaches beyond the last word of its pair; "
        "--guided-alignment-unit token takes them as links between tokens\n",
        name);
  if (!found_words && options.unit != kWord)
    return GuidedAlignment(options.links, corpus, options.terms);
  WordLinks words = pairs();
  GuidedAlignment guide(options.links, corpus, options.terms, &words);
  if (words.left_out() > 0)
    std::cerr << fmt::format(
        "{}: left out the links of {} pairs whose tokens make other words than white space does\n",
        name, words.left_out());
  return guide;
}

}  // namespace alinea
