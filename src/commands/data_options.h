// The texts that a translation model learns from, and what makes tokens of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "commands/options.h"
#include "models/model_folder.h"
#include "text/corpus.h"
#include "training/translation_task.h"

namespace alinea {

struct DataOptions {
  ParallelFiles training, validation;
  VocabularyOptions vocabulary;  // of both sides, but for the file to take
  std::filesystem::path source_vocabulary, target_vocabulary;
  bool joint_vocabulary = false;
  int64_t max_length = 100;
};

// Begins the group "Data" with the texts, and ends it with what makes tokens of them.
void add_texts(Options& table, DataOptions& options);
void add_vocabularies(Options& table, DataOptions& options);

// After parsing: throws UsageError for options that do not go together, and fills in defaults.
void check_data(const Options& table, DataOptions& options);

// The texts by the option that names them.
std::map<std::string, std::filesystem::path> data_files(const DataOptions& options);

// Vocabularies are made of the training texts, or taken from where a training goes on.
Languages make_languages(const DataOptions& options);
Languages load_languages(const ModelFolder& folder, const DataOptions& options);

// With the lines themselves where BLEU is wanted.
ValidationData read_validation(const DataOptions& options, const Languages& languages,
                               bool wants_bleu);

// Says on stderr what a corpus has and what was left out of it.
void say_what_was_read(const CorpusReport& report, const Languages& languages, int64_t max_length);

}  // namespace alinea
