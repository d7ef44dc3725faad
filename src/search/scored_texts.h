// What score and align share: two texts, line for line through a model.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/translation_model.h"
#include "options/field_list.h"
#include "search/hard_attention.h"
#include "search/translator.h"
#include "signals/feature_files.h"
#include "text/corpus.h"

namespace alinea {

struct ScoredTextsOptions {
  std::filesystem::path model;
  std::filesystem::path reverse_model;  // from target to source; may be empty
  ParallelFiles files;
  int64_t batch_size = 64;
  int64_t threads = 0;
  HardAttentionOptions hard;
  bool keep_attention = false;  // no option: what the command needs
  bool keep_energies = false, keep_states = false;
  bool attention_alone = false;  // no option, as ScoringOptions has it
  AttentionOf attention_of = AttentionOf::kCross;
  bool keep_token_log_probabilities = false;
  FeatureFileOptions features;
  bool keep_sounds = false;  // no option: for pages

  // required: source and target, which language models do without.
  enum class Texts { kRequired, kOptional };
  void visit(FieldList& fields, Texts texts = Texts::kRequired);
};

// A pair of lines as a model reads it.
struct ScoredReading {
  const Languages& languages;
  const ModelOptions& model;
  // Tokens as the text has them, without </s>; of features what ModelSource calls their positions.
  std::vector<std::string> source, target;
  const std::string &source_line, &target_line;  // of features the line that names them
  const ScoredPair& result;
  const FeatureOptions& features;
  std::span<const float> rows = {};  // of features
  std::string sound = {};            // the file of it, where sounds are kept
  std::vector<float> states = {};    // of the encoder, where they are kept: [positions, K]
};

struct ScoredLines {
  int64_t sentence;  // from 0
  ScoredReading forward;
  std::optional<ScoredReading> reverse;  // target to source, where there is a reverse model

  // Why it has no answer: a line is no text or too long, or the numbers of a model overflow.
  std::string fault;
};

// Calls visit for every pair of lines, in order. Throws Error where the texts or the model cannot
// be read, and where attention is wanted of a model without it.
void for_scored_lines(const ScoredTextsOptions& options,
                      const std::function<void(const ScoredLines&)>& visit);

}  // namespace alinea
