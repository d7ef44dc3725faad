#include "tasks/first_values.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <utility>

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
void say_what_is_kept(const char* name, const Vocabulary& mine, const Vocabulary& other) {
  const VocabularyChange words = change_of_words(mine, other);
  std::cerr << fmt::format("{}: {} words kept, {} new, {} dropped\n", name, words.kept, words.added,
                           words.dropped);
}

void say_what_is_kept(const TranslationModel& other, const EncoderDecoder& /*model*/,
                      const Languages& languages) {
  say_what_is_kept("source vocabulary", languages.source.vocabulary(),
                   other.languages.source.vocabulary());
  say_what_is_kept("target vocabulary", languages.target.vocabulary(),
                   other.languages.target.vocabulary());
}

void say_what_is_kept(const ClassifierModel& other, const ClassifierModel& model) {
  say_what_is_kept("vocabulary", model.vocabulary, other.vocabulary);
}

// Keeps the other model until its values are given.
template <typename Model, typename... Mine>
std::function<void(ParameterStore&)> gift(const std::filesystem::path& folder, Model other,
                                          Mine&... mine) {
  const auto model = std::make_shared<Model>(std::move(other));
  const auto pretrained = std::make_shared<Pretrained>(*model, mine...);
  say_what_fits(folder, *pretrained);
  say_what_is_kept(*model, mine...);
  return [model, pretrained](ParameterStore&) { pretrained->copy(); };
}

}  // namespace

FirstValuesOptions first_values_of_translators() {
  return {{{"encoder.embedding.weight", "source-"}, {"decoder.embedding.weight", "target-"}}};
}

FirstValuesOptions first_values_of_classifiers() { return {{{"embedding.weight", ""}}}; }

void add_first_values(Options& table, FirstValuesOptions& options) {
  for (EmbeddingOptions& o : options.embeddings)
    table
        .add(o.prefix + "embeddings", o.vectors,
             "file of word vectors, in the text format of word2vec or GloVe, with which words are "
             "initialised")
        .add("train-" + o.prefix + "embeddings", o.is_trained, "train the embeddings too");
  table
      .add("pretrained-model", options.model,
           "model folder from which parameters are initialised, as far as they fit, and whose "
           "tokenizer and vocabularies are kept")
      .add("update-vocabulary", options.update_vocabulary,
           "with --pretrained-model: build new vocabularies from the texts instead");
}

void check_first_values(const FirstValuesOptions& options) {
  if (options.update_vocabulary && options.model.empty())
    throw UsageError(
        "--update-vocabulary requires a --pretrained-model with a vocabulary to update");
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

void FirstValues::read(const FirstValuesOptions& options, EncoderDecoder& model,
                       const Languages& languages) {
  const std::filesystem::path& folder = options.model;
  if (!folder.empty()) gifts_.push_back(gift(folder, ModelFolder(folder).load(), model, languages));
  const int64_t size = model.options().embedding_size;
  read_vectors(options.embeddings[0], languages.source.vocabulary(), size);
  read_vectors(options.embeddings[1], languages.target.vocabulary(), size);
}

void FirstValues::read(const FirstValuesOptions& options, const ClassifierModel& model) {
  const std::filesystem::path& folder = options.model;
  if (!folder.empty()) gifts_.push_back(gift(folder, ClassifierFolder(folder).load(), model));
  read_vectors(options.embeddings[0], model.vocabulary, model.network->options().embedding_size);
}

void FirstValues::read_vectors(const EmbeddingOptions& options, const Vocabulary& vocabulary,
                               int64_t size) {
  if (options.vectors.empty()) return;
  const auto vectors =
      std::make_shared<WordVectors>(read_word_vectors(options.vectors, vocabulary, size));
  std::cerr << fmt::format(
      "{} of the {} words have a vector in {}{}\n", vectors->ids.size(), vocabulary.size(),
      options.vectors.string(),
      vectors->with_spaces == 0
          ? ""
          : fmt::format("; left out {} vectors of words with spaces", vectors->with_spaces));
  gifts_.emplace_back([vectors, name = options.parameter](ParameterStore& parameters) {
    const std::span<float> embedding = parameters.at(name).value();
    for (size_t row = 0; row < vectors->ids.size(); ++row)
      std::ranges::copy(vectors->vector(row),
                        embedding.begin() + vectors->ids[row] * vectors->size);
    parameters.changed();
  });
}

void FirstValues::give(ParameterStore& parameters) const {
  for (const auto& one : gifts_) one(parameters);
}

}  // namespace alinea
