// The texts that a language model learns from, and what makes tokens of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "models/language_model.h"
#include "options/options.h"
#include "tasks/first_values.h"
#include "tasks/text_examples.h"
#include "tasks/vocabulary_fields.h"

namespace alinea {

struct LanguageDataOptions {
  Paths training;
  std::filesystem::path validation;
  VocabularyOptions vocabulary;
  UserSymbols user_symbols;
  int64_t max_length = 1000;
  bool stream = false;
  int64_t bptt = 128;                     // tokens of a window of the stream
  std::filesystem::path pretrained = {};  // model folder whose vocabulary is taken

  void visit(FieldList& fields);
};

// Takes what was not given from the model that training starts from. Throws UsageError for options
// that make what that model brings.
void take_pretrained(const Options& table, LanguageDataOptions& options,
                     const FirstValuesOptions& first);

// After parsing: throws UsageError for options that do not go together, and fills in defaults.
void check_data(const Options& table, LanguageDataOptions& options, const LanguageOptions& network);

// The files that are read, by the option that names them.
std::map<std::string, std::filesystem::path> text_files(const LanguageDataOptions& options);

// The vocabulary is made of the texts, unless it is given or a pretrained model brings it.
Language make_language(const LanguageDataOptions& options);

struct LanguageTexts {
  TextCorpus training, validation;
  std::vector<std::string> report;  // a line for each file that was read
};
// Throws Error as add_lines does, and for a validation line beyond the positions that the network
// has.
LanguageTexts read_texts(const LanguageDataOptions& options, const Language& language,
                         const LanguageOptions& network);

// How the texts are cut into examples. streams: how many run side by side.
TextCut text_cut(const LanguageDataOptions& options, const LanguageOptions& network,
                 int64_t streams);

}  // namespace alinea
