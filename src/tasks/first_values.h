// What the parameters of a training that begins start from: random numbers, another model, and
// vectors of words.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "models/model.h"
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

  void visit(FieldList& fields);
};

FirstValuesOptions first_values_of_translators();  // embeddings: source, target
FirstValuesOptions first_values_of_classifiers();
FirstValuesOptions first_values_of_taggers();

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

// Gives the parameters of a model whose training begins random values by the seed, then what fits
// of the pretrained model, then vectors of words; says on stderr what was found. Throws Error where
// a file cannot be read or nothing in it fits.
void initialize(const Model& model, const FirstValuesOptions& options, uint64_t seed);

}  // namespace alinea
