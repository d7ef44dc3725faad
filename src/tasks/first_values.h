// What the parameters of a training that begins start from, besides random numbers: another model,
// and vectors of words.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "models/classifier_folder.h"
#include "models/model_folder.h"
#include "options/options.h"

namespace alinea {

struct EmbeddingOptions {
  std::string parameter;  // "encoder.embedding.weight"
  std::string prefix;     // of the options' names: "source-"
  std::filesystem::path vectors = {};
  bool is_trained = true;
};

struct FirstValuesOptions {
  std::vector<EmbeddingOptions> embeddings;
  std::filesystem::path model = {};
  bool update_vocabulary = false;  // otherwise that of the model is kept
};

FirstValuesOptions first_values_of_translators();  // embeddings: source, target
FirstValuesOptions first_values_of_classifiers();

void add_first_values(Options& table, FirstValuesOptions& options);

// After parsing: throws UsageError for an embedding that would stay random and for options that
// need a model, and Error as ModelFolder::check_entries does.
void check_first_values(const FirstValuesOptions& options);

// Throws UsageError for the first of `names`, options that a new vocabulary is made with, that is
// given though a model brings its vocabulary.
void refuse_making(const Options& table, std::span<const char* const> names);

// The files that are read, by the option that names them.
std::map<std::string, std::filesystem::path> first_files(const FirstValuesOptions& options);

// Leaves embeddings that are not to be trained out of it.
void freeze_embeddings(const FirstValuesOptions& options, ParameterStore& parameters);

class FirstValues {
 public:
  // Read the files that were given, and say on stderr what was found. Throw Error where one cannot
  // be read or nothing in it fits. The model must outlive this.
  void read(const FirstValuesOptions& options, EncoderDecoder& model, const Languages& languages);
  void read(const FirstValuesOptions& options, const ClassifierModel& model);

  // Gives the parameters what was read, in that order. All others stay as they are.
  void give(ParameterStore& parameters) const;

 private:
  void read_vectors(const EmbeddingOptions& options, const Vocabulary& vocabulary, int64_t size);

  std::vector<std::function<void(ParameterStore&)>> gifts_;
};

}  // namespace alinea
