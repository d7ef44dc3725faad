#include "tasks/first_values.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "models/language_model.h"
#include "models/pretrained.h"
#include "support/counted.h"
#include "support/error.h"
#include "text/word_vectors.h"

namespace alinea {

namespace {

// Of parameters that have another name there, how many each part of the model takes from which.
std::map<std::pair<std::string, std::string>, int64_t> renamed_parts(
    std::span<const Pretrained::Taken> taken) {
  const auto part = [](const Parameter& one) { return one.name().substr(0, one.name().find('.')); };
  std::map<std::pair<std::string, std::string>, int64_t> counts;
  for (const Pretrained::Taken& one : taken)
    if (one.from->name() != one.to->name()) ++counts[{part(*one.to), part(*one.from)}];
  return counts;
}

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
  for (const auto& [parts, count] : renamed_parts(taken))
    text += fmt::format("  {} of {} are those of {} there\n", count, parts.first, parts.second);
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

// Options that change what layers compute and leave no trace in the shapes of their parameters.
constexpr const char* kWithoutTrace[] = {"activation",
                                         "attention",
                                         "attention_heads",
                                         "attention_mode",
                                         "bidirectional",
                                         "cell",
                                         "halting",
                                         "halting_threshold",
                                         "heads",
                                         "input_feeding",
                                         "intra_attention",
                                         "kernel",
                                         "layer_normalization",
                                         "norm",
                                         "positions",
                                         "readout",
                                         "residual",
                                         "sharpening",
                                         "smoothing",
                                         "universal"};

// The options of a model that it has a use for. Of language models, whose objective it is that says
// so, with whether words see those behind them; recurrent ones have parameters for either
// direction.
nlohmann::ordered_json used_options(const Model& model) {
  nlohmann::ordered_json options = model.description().at("model");
  for (const std::string& name : model.unused_options()) options.erase(name);
  const auto* language = dynamic_cast<const LanguageModel*>(&model);
  if (language != nullptr && !language->network->options().is_recurrent())
    options["bidirectional"] = language->network->options().objective != "causal";
  return options;
}

void say_what_differs(const Model& other, const Model& model) {
  const nlohmann::ordered_json theirs = used_options(other), mine = used_options(model);
  std::string differences;
  for (const char* name : kWithoutTrace)
    if (theirs.contains(name) && mine.contains(name) && theirs[name] != mine[name])
      differences += fmt::format("{}{} {} there, {} here", differences.empty() ? "" : "; ", name,
                                 theirs[name].dump(), mine[name].dump());
  if (!differences.empty())
    std::cerr << fmt::format("  so parameters that fit may compute something else: {}\n",
                             differences);
}

// Words that are dropped are unknown to the new model.
void say_what_is_kept(const Pretrained& pretrained) {
  for (const auto& [title, kept, added, dropped] : pretrained.vocabularies())
    std::cerr << fmt::format("{}: {} kept, {} new, {} dropped\n", title, counted(kept, "word"),
                             added, dropped);
}

void take_pretrained(const std::filesystem::path& path, const Model& model) {
  const ModelFolder folder(path);
  const ModelKind& kind = kind_of(folder);
  if (kind.format != LanguageModel::kFormat)
    read_description(folder, model.format());  // refuses other kinds
  const std::unique_ptr<Model> other = kind.outline(folder);
  folder.load_parameters(other->parameters(), Snapshot::kBest);
  const Pretrained pretrained(*other, model);
  say_what_fits(path, pretrained);
  say_what_differs(*other, model);
  say_what_is_kept(pretrained);
  pretrained.copy();
}

// Whether the name is this one, or one of the part that it names.
bool is_of(const std::string& name, const std::string& part) {
  return name.starts_with(part) && (name.size() == part.size() || name[part.size()] == '.');
}

void freeze_named(const std::string& parts, ParameterStore& store) {
  std::istringstream list(parts);
  for (std::string part; std::getline(list, part, ',');) {
    bool is_found = false;
    for (Parameter& parameter : store.parameters()) {
      if (!is_of(parameter.name(), part)) continue;
      parameter.freeze();
      is_found = true;
    }
    if (!is_found)
      throw UsageError(
          "--freeze: the model has no parameter {0:?} and none that begins with "
          "\"{0}.\"; alinea inspect shows their names",
          part);
  }
  if (std::ranges::all_of(store.parameters(), &Parameter::is_frozen))
    throw UsageError("--freeze {} leaves nothing to learn", parts);
}

// 0 for embeddings and positions, L + 1 for "encoder.layerL"; nothing for what stands behind the
// layers.
std::optional<int64_t> depth_of(const std::string& name) {
  if (name.find("embedding.") != std::string::npos || name.find("positions.") != std::string::npos)
    return 0;
  const size_t at = name.find(".layer");
  const size_t digits = at + std::string_view(".layer").size();
  if (at == std::string::npos || digits == name.size() || !std::isdigit(name[digits]))
    return std::nullopt;
  return std::stoll(name.substr(digits)) + 1;
}

// η_l = η ξ^(n + 1 - l) (Howard & Ruder 2018, section 3.2).
void decay_layers(double decay, ParameterStore& store) {
  int64_t deepest = 0;
  for (const Parameter& parameter : store.parameters())
    deepest = std::max(deepest, depth_of(parameter.name()).value_or(0));
  for (Parameter& parameter : store.parameters())
    if (const std::optional<int64_t> depth = depth_of(parameter.name()))
      parameter.scale_rate(parameter.rate_factor() *
                           std::pow(decay, static_cast<double>(deepest + 1 - *depth)));
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
  std::cerr << fmt::format("{} of the {} words have a vector in {}{}\n", vectors.ids.size(),
                           vocabulary.size(), options.vectors.string(),
                           vectors.with_spaces == 0
                               ? ""
                               : fmt::format("; left out {} of words with spaces",
                                             counted(vectors.with_spaces, "vector")));
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
FirstValuesOptions first_values_of_readers() { return {{{"encoder.embedding.weight", ""}}}; }

FirstValuesOptions first_values_of_language_models() {
  return {{{"decoder.embedding.weight", ""}}};
}

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
           "tokenizer and vocabularies are kept; an encoder that starts from a language model has "
           "the options of its layers")
      .add("update-vocabulary", update_vocabulary, "build new vocabularies from the texts instead")
      .needs("pretrained-model")
      .add("freeze", freeze,
           "parameters that are not trained, by their names or what these begin with, separated by "
           "commas, as in encoder.embedding,encoder.layer0")
      .add("layer-decay", layer_decay,
           "factor of the learning rate from each layer to the one below, down to the embeddings; "
           "1: none")
      .expect("a number above 0 and at most 1",
              [this] { return layer_decay > 0 && layer_decay <= 1; });
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

bool begins_with_language_model(const FirstValuesOptions& options) {
  return !options.model.empty() &&
         kind_of(ModelFolder(options.model)).format == LanguageModel::kFormat;
}

std::optional<Vocabulary> take_language_model(const FirstValuesOptions& options,
                                              const Options& table,
                                              std::span<const char* const> making) {
  const LanguageModel model = LanguageModel::outline(ModelFolder(options.model));
  const std::map<std::string, std::string> network = as_encoder(model.network->options());
  if (!table.given("encoder") || table.effective()["encoder"] == network.at("encoder"))
    for (const auto& [name, value] : network) table.assume(name, value);
  const bool lowercase = model.language.lowercase();
  table.assume("lowercase", lowercase ? "true" : "false");
  if (options.update_vocabulary || table.effective()["lowercase"] != lowercase) return std::nullopt;
  const std::string_view tokenizer = model.language.tokenizer().name();
  if (tokenizer != "space" && tokenizer != "icu")
    throw UsageError(
        "--pretrained-model: expected a language model of words, but that in {} has the tokenizer "
        "{}: train one with --tokenizer space or icu, or add --update-vocabulary",
        options.model.string(), tokenizer);
  refuse_making(table, making);
  return model.language.vocabulary();
}

std::map<std::string, std::filesystem::path> first_files(const FirstValuesOptions& options) {
  std::map<std::string, std::filesystem::path> files;
  for (const EmbeddingOptions& o : options.embeddings)
    if (!o.vectors.empty()) files[o.prefix + "embeddings"] = o.vectors;
  if (!options.model.empty())
    files["pretrained-model"] = ModelFolder(options.model).parameter_file(Snapshot::kBest);
  return files;
}

void scale_rates(const FirstValuesOptions& options, ParameterStore& parameters) {
  for (const EmbeddingOptions& o : options.embeddings)
    if (!o.is_trained) parameters.at(o.parameter).freeze();
  freeze_named(options.freeze, parameters);
  if (options.layer_decay < 1) decay_layers(options.layer_decay, parameters);
}

void initialize(const Model& model, const FirstValuesOptions& options, uint64_t seed) {
  Random random(seed);
  model.parameters().initialize(random);
  if (!options.model.empty()) take_pretrained(options.model, model);
  for (const EmbeddingOptions& embedding : options.embeddings)
    if (!embedding.vectors.empty()) take_vectors(embedding, model);
}

}  // namespace alinea
