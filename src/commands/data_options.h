// The texts that a translation model learns from, and what makes tokens of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "options/options.h"
#include "text/language.h"
#include "text/parallel_text.h"

namespace alinea {

struct DataOptions {
  Paths sources, targets, corpora;
  std::string weights;  // of the texts, as given
  ParallelFiles validation;
  VocabularyOptions vocabulary;  // of both sides, but for the file to take
  std::filesystem::path source_vocabulary, target_vocabulary;
  bool joint_vocabulary = false;
  double sentencepiece_alpha = 0;  // of drawing pieces; 0: none is drawn
  int64_t max_length = 100;
  bool corpus_on_disk = false;
};

// Begins the group "Data" with the texts, and ends it with what makes tokens of them.
void add_texts(Options& table, DataOptions& options);
void add_vocabularies(Options& table, DataOptions& options);

// After parsing: throws UsageError for options that do not go together, and fills in defaults.
void check_data(const Options& table, DataOptions& options);

// How often an epoch has the pairs of each text, those of --source first.
std::vector<double> text_weights(const DataOptions& options);

}  // namespace alinea
