// The scores that evaluate prints, each of files that its options name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "metrics/links.h"
#include "metrics/script.h"
#include "options/option_value.h"
#include "text/tagged_text.h"

namespace alinea {

struct EvaluateOptions {
  std::filesystem::path hypotheses;
  Paths references;
  std::string tokenize = "13a";
  bool lowercase = false;
  bool error_rates = false;
  std::filesystem::path error_alignment;
  bool rouge = false, stem = false;
  int64_t max_words = 0, max_bytes = 0;  // of a summary; 0: all
  ScriptOptions script;
  std::filesystem::path alignments, gold;
  LinkFormat format;
  std::filesystem::path source, target, training_source, training_target;
  std::string gold_format = "pharaoh";
  std::filesystem::path tagged;
  TaggedForm tagged_form;
  int64_t gold_column = 0;
  std::filesystem::path attention, stories;
};

// BLEU and chrF, or error rates.
void print_translation_scores(const EvaluateOptions& options);
// ROUGE.
void print_summary_scores(const EvaluateOptions& options);
// What another program says.
void print_script_score(const EvaluateOptions& options);
void print_alignment_error(const EvaluateOptions& options);
void print_tag_scores(const EvaluateOptions& options);
// How much of the attention to stories lies on the lines that support the answers.
void print_support(const EvaluateOptions& options);

}  // namespace alinea
