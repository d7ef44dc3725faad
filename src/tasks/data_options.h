// The texts that a translation model learns from, and what makes tokens of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "options/options.h"
#include "signals/feature_files.h"
#include "signals/feature_options.h"
#include "tasks/first_values.h"
#include "tasks/vocabulary_fields.h"
#include "text/language.h"
#include "text/parallel_text.h"

namespace alinea {

// What may differ between the source and the target.
struct SideOptions {
  std::filesystem::path vocabulary;  // to take instead of making one
  int64_t vocabulary_size = 0;       // 0: that of both
  std::string normalization;         // empty: that of both
};

struct DataOptions {
  Paths sources, targets, corpora;
  std::string weights;  // of the texts, as given
  std::filesystem::path validation_source;
  Paths validation_targets;      // the first one is that of the loss, all are references
  VocabularyOptions vocabulary;  // of both sides
  SideOptions source_side, target_side;
  UserSymbols user_symbols;
  bool joint_vocabulary = false;
  std::filesystem::path pretrained = {};  // model folder whose vocabularies are taken
  double sentencepiece_alpha = 0;         // of drawing pieces; 0: none is drawn
  int64_t max_length = 100;
  bool corpus_on_disk = false;
  bool has_features = false;  // of the source, as the model has it
  FeatureOptions features;
  FeatureFileOptions feature_files;
  int64_t max_frames = 3000;

  void visit(FieldList& fields);
  void visit_features(FieldList& fields);
};

// Takes what was not given from the model that training starts from. Throws UsageError for options
// that make what that model brings.
void take_pretrained(const Options& table, DataOptions& options, const FirstValuesOptions& first);

// After parsing: throws UsageError for options that do not go together, and fills in defaults.
void check_data(const Options& table, DataOptions& options);

// The options of one side.
VocabularyOptions vocabulary_options(const DataOptions& options, const SideOptions& side);

// How often an epoch has the pairs of each text, those of --source first.
std::vector<double> text_weights(const DataOptions& options);

}  // namespace alinea
