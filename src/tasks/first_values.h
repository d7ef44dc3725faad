// What the parameters of a training that begins start from: random numbers, another model, and
// vectors of words.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/model.h"
#include "options/options.h"
#include "text/vocabulary.h"

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
  std::string freeze = {};         // names of parameters, or what they begin with, with commas
  double layer_decay = 1;          // of the learning rate

  void visit(FieldList& fields);
};

FirstValuesOptions first_values_of_translators();  // embeddings: source, target
FirstValuesOptions first_values_of_classifiers();
FirstValuesOptions first_values_of_language_models();  // those of a causal one
FirstValuesOptions first_values_of_taggers();
FirstValuesOptions first_values_of_readers();

// After parsing: throws UsageError for an embedding that would stay random and for options that
// need a model, and Error as ModelFolder::check_entries does.
void check_first_values(const FirstValuesOptions& options);

// Throws UsageError for the first of `names`, options that a new vocabulary is made with, that is
// given though a model brings its vocabulary.
void refuse_making(const Options& table, std::span<const char* const> names);

// Whether the model that training starts from is a language model.
bool begins_with_language_model(const FirstValuesOptions& options);
// Where it is, what another kind of model takes of it: what was not given of the encoder's options,
// unless another encoder is asked for, and the case; and its vocabulary, or nothing where a new one
// is to be made. Throws UsageError as refuse_making, for `making`, and for a vocabulary that is not
// one of words.
std::optional<Vocabulary> take_language_model(const FirstValuesOptions& options,
                                              const Options& table,
                                              std::span<const char* const> making);

// The files that are read, by the option that names them.
std::map<std::string, std::filesystem::path> first_files(const FirstValuesOptions& options);

// Settles at which share of the learning rate each parameter learns: embeddings that are not to be
// trained and what is frozen by name not at all, layers by the layer decay. Throws UsageError for a
// name that no parameter has, and where nothing is left to learn.
void scale_rates(const FirstValuesOptions& options, ParameterStore& parameters);

// Gives the parameters of a model whose training begins random values by the seed, then what fits
// of the pretrained model, then vectors of words; says on stderr what was found. Throws Error where
// a file cannot be read or nothing in it fits.
void initialize(const Model& model, const FirstValuesOptions& options, uint64_t seed);

}  // namespace alinea
