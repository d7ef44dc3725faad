#include "tasks/first_values.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <stdexcept>

#include "models/pretrained.h"
#include "support/error.h"
#include "text/word_vectors.h"

namespace alinea {

namespace {

void say_what_fits(const std::filesystem::path& folder, const Pretrained& pretrained) {
  const auto& taken = pretrained.taken();
  // A bias over the words fits wherever a word is known.
  const auto is_matrix = [](const Pretrained::Taken& one) { return one.to->shape().rank() > 1; };
  if (std::ranges::none_of(taken, is_matrix))
    throw Error(
        "no parameter in {} fits this model: use the sizes and the kind of model in its "
        "config.json, or "
        "leave out --pretrained-model",
        folder.string());
  std::string text = fmt::format("{} of {} parameters are initialised from {}\n", taken.size(),
                                 taken.size() + pretrained.missing().size(), folder.string());
  for (const Pretrained::Taken& one : taken)
    if (!one.is_whole())
      text += fmt::format("  {}: {} of {} rows, matched by word\n", one.to->name(), one.found,
                          one.rows.size());
  if (!pretrained.missing().empty())
    text += fmt::format("  missing there, or of a different shape: {}\n",
                        fmt::join(pretrained.missing(), ", "));
  if (!pretrained.unused().empty())
    text +=
        fmt::format("  present there, but not used: {}\n", fmt::join(pretrained.unused(), ", "));
  std::cerr << text;
}

// Words that are dropped are unknown to the new model.
void say_what_is_kept(const Pretrained& pretrained) {
  for (const auto& [title, kept, added, dropped] : pretrained.vocabularies())
    std::cerr << fmt::format("{}: {} words kept, {} new, {} dropped\n", title, kept, added,
                             dropped);
}

void take_pretrained(const std::filesystem::path& path, const Model& model) {
  const ModelFolder folder(path);
  read_description(folder, model.format());  // refuses other kinds
  const std::unique_ptr<Model> other = kind_of(folder).outline(folder);
  folder.load_parameters(other->parameters(), Snapshot::kBest);
  const Pretrained pretrained(*other, model);
  say_what_fits(path, pretrained);
  say_what_is_kept(pretrained);
  pretrained.copy();
}

WordList words_of(const Model& model, const std::string& parameter) {
  for (WordList& list : model.word_lists())
    if (std::ranges::find(list.parameters, parameter) != list.parameters.end()) return list;
  throw std::logic_error("no words have rows in " + parameter);
}

void take_vectors(const EmbeddingOptions& options, const Model& model) {
  const Parameter& embedding = model.parameters().at(options.parameter);
  const WordList list = words_of(model, options.parameter);
  const Vocabulary vocabulary({list.words.begin(), list.words.end()});
  const WordVectors vectors = read_word_vectors(options.vectors, vocabulary, embedding.shape()[1]);
  std::cerr << fmt::format(
      "{} of the {} words have a vector in {}{}\n", vectors.ids.size(), vocabulary.size(),
      options.vectors.string(),
      vectors.with_spaces == 0
          ? ""
          : fmt::format("; left out {} vectors of words with spaces", vectors.with_spaces));
  for (size_t row = 0; row < vectors.ids.size(); ++row)
    std::ranges::copy(vectors.vector(row),
                      embedding.value().begin() + vectors.ids[row] * vectors.size);
  model.parameters().changed();
}

}  // namespace

FirstValuesOptions first_values_of_translators() {
  return {{{"encoder.embedding.weight", "source-"}, {"decoder.embedding.weight", "target-"}}};
}

FirstValuesOptions first_values_of_classifiers() { return {{{"encoder.embedding.weight", ""}}}; }

FirstValuesOptions first_values_of_taggers() { return {{{"encoder.embedding.weight", ""}}}; }

void FirstValuesOptions::visit(FieldList& fields) {
  for (EmbeddingOptions& o : embeddings)
    fields
        .add(o.prefix + "embeddings", o.vectors,
             "file of word vectors, in the text format of word2vec or GloVe, with which words are "
             "initialised")
        .add("train-" + o.prefix + "embeddings", o.is_trained, "train the embeddings too");
  fields
      .add("pretrained-model", model,
           "model folder from which parameters are initialised, as far as they fit, and whose "
           "tokenizer and vocabularies are kept")
      .add("update-vocabulary", update_vocabulary, "build new vocabularies from the texts instead")
      .needs("pretrained-model");
}

void check_first_values(const FirstValuesOptions& options) {
  for (const EmbeddingOptions& o : options.embeddings)
    if (!o.is_trained && o.vectors.empty() && options.model.empty())
      throw UsageError(
          "--no-train-{0}embeddings requires --{0}embeddings or --pretrained-model: random vectors "
          "must be trained",
          o.prefix);
  if (!options.model.empty()) ModelFolder(options.model).check_entries();
}

void refuse_making(const Options& table, std::span<const char* const> names) {
  for (const char* name : names)
    if (table.given(name))
      throw UsageError(
          "--{} is for building a vocabulary, but --pretrained-model has one: leave it out, or add "
          "--update-vocabulary to build a new one",
          name);
}

std::map<std::string, std::filesystem::path> first_files(const FirstValuesOptions& options) {
  std::map<std::string, std::filesystem::path> files;
  for (const EmbeddingOptions& o : options.embeddings)
    if (!o.vectors.empty()) files[o.prefix + "embeddings"] = o.vectors;
  if (!options.model.empty())
    files["pretrained-model"] = ModelFolder(options.model).parameter_file(Snapshot::kBest);
  return files;
}

void freeze_embeddings(const FirstValuesOptions& options, ParameterStore& parameters) {
  for (const EmbeddingOptions& o : options.embeddings)
    if (!o.is_trained) parameters.at(o.parameter).freeze();
}

void initialize(const Model& model, const FirstValuesOptions& options, uint64_t seed) {
  Random random(seed);
  model.parameters().initialize(random);
  if (!options.model.empty()) take_pretrained(options.model, model);
  for (const EmbeddingOptions& embedding : options.embeddings)
    if (!embedding.vectors.empty()) take_vectors(embedding, model);
}

}  // namespace alinea
