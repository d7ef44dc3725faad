#include "commands/train.h"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <string>

#include "commands/limits.h"
#include "commands/options.h"
#include "commands/threads.h"
#include "commands/training_options.h"
#include "models/model_folder.h"
#include "support/error.h"
#include "text/line_reader.h"
#include "training/translation_task.h"

namespace alinea {

namespace {

struct TrainOptions {
  ParallelFiles training, validation;
  std::filesystem::path model;
  bool overwrite = false;
  std::string tokenizer = "space";
  std::filesystem::path source_vocabulary, target_vocabulary;
  int64_t min_frequency = 1, vocabulary_size = 0, max_length = 100;
  ModelOptions network;
  TrainingOptions learning;

  VocabularyOptions vocabulary(const std::filesystem::path& given) const {
    return {tokenizer, min_frequency, vocabulary_size, given};
  }
};

void add_data(Options& table, TrainOptions& o) {
  table.group("Data")
      .required("source", o.training.source,
                "text to translate from, plain or .gz, a sentence a line")
      .required("target", o.training.target, "its translation, line for line")
      .required("valid-source", o.validation.source, "validation text to translate from")
      .required("valid-target", o.validation.target, "its translation")
      .required("model", o.model, "folder for the model")
      .add("overwrite", o.overwrite,
           "begin anew where a model lies already; without it an unfinished training goes on")
      .choice("tokenizer", o.tokenizer, {"space", "char", "sentencepiece"},
              "how a line becomes tokens")
      .add("source-vocabulary", o.source_vocabulary,
           "vocabulary to take instead of making one (sentencepiece: its model)")
      .add("target-vocabulary", o.target_vocabulary, "the same for the target")
      .add("min-frequency", o.min_frequency, "leave out tokens that are rarer")
      .range<int64_t>(1, kNoLimit)
      .add("vocabulary-size", o.vocabulary_size,
           "keep the most frequent tokens, special ones counted; 0: all (sentencepiece: 8000)")
      .range<int64_t>(0, kNoLimit)
      .add("max-length", o.max_length, "skip pairs with more tokens on a side; 0: keep all")
      .range<int64_t>(0, kNoLimit);
}

void add_network(Options& table, ModelOptions& o) {
  table.group("Model")
      .choice("cell", o.cell, cell_names(), "recurrent cell")
      .add("encoder-layers", o.encoder_layers, "layers of the encoder")
      .range<int64_t>(1, kMostLayers)
      .add("decoder-layers", o.decoder_layers, "layers of the decoder")
      .range<int64_t>(1, kMostLayers)
      .add("bidirectional", o.bidirectional, "read the source in both directions")
      .add("embedding-size", o.embedding_size, "size of a word's vector")
      .range<int64_t>(1, kLargestSize)
      .add("hidden-size", o.hidden_size, "hidden units of the decoder")
      .range<int64_t>(1, kLargestSize)
      .add(
          "encoder-hidden-size", o.encoder_hidden_size,
          "hidden units of the encoder in a direction; 0: half of --hidden-size, or all of it when "
          "not bidirectional")
      .range<int64_t>(0, kLargestSize)
      .choice("attention", o.attention, attention_names(), "score of the attention")
      .choice("attention-mode", o.attention_mode, mode_names(), "where attention looks")
      .add("attention-window", o.attention_window, "half-width D of a local mode's window")
      .range<int64_t>(1, kLargestSize)
      .add("attention-size", o.attention_size,
           "size in which additive and concat compare and local-p predicts; 0: --hidden-size")
      .range<int64_t>(0, kLargestSize)
      .add("wiring", o.wiring,
           "bahdanau or luong; by default bahdanau for additive, luong for every other score")
      .add("input-feeding", o.input_feeding, "luong: feed the last readout back")
      .choice("readout", o.readout, readout_names(), "bahdanau: what the readout is made by")
      .choice("bridge", o.bridge, bridge_names(), "how the decoder starts")
      .add("dropout", o.dropout, "share of units dropped: embeddings, between layers, readout")
      .range(0.0, 0.99)
      .add("tie-embeddings", o.tie_embeddings, "the output layer is the target embedding");
}

const TrainingTerms& translator_terms() {
  static const TrainingTerms terms{{"sentences", "tokens"}, {"perplexity", "bleu"}, "all words"};
  return terms;
}

ValidationData read_validation(const TrainOptions& options, const Languages& languages) {
  ValidationData data{read_parallel(options.validation, languages.source, languages.target,
                                    ReadOptions{.max_length = 0, .keep_empty = true}),
                      {}};
  if (options.learning.trainer.validate_by != "bleu") return data;
  data.references = read_lines(options.validation.target);
  if (std::ssize(data.references) != data.corpus.size())
    throw Error("'{}' changed while it was read", options.validation.target.string());
  return data;
}

std::map<std::string, std::filesystem::path> data_files(const TrainOptions& options) {
  return {{"source", options.training.source},
          {"target", options.training.target},
          {"valid-source", options.validation.source},
          {"valid-target", options.validation.target}};
}

// One that goes on takes the vocabularies that it began with.
Languages make_languages(const TrainOptions& options, const TrainingRun& run) {
  if (run.start())
    return {Language::load(options.model, "source", options.tokenizer),
            Language::load(options.model, "target", options.tokenizer)};
  return {build_language(options.training.source, options.vocabulary(options.source_vocabulary)),
          build_language(options.training.target, options.vocabulary(options.target_vocabulary))};
}

void say_what_was_read(const CorpusReport& report, const Languages& languages, const Seq2Seq& model,
                       int64_t max_length) {
  const auto share = [](int64_t part, int64_t whole) {
    return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  };
  std::cerr << fmt::format(
      "{} pairs, {} source and {} target tokens, {:.2f}% and {:.2f}% of them unknown\n",
      report.pairs, report.source_tokens, report.target_tokens,
      share(report.source_unknown, report.source_tokens),
      share(report.target_unknown, report.target_tokens));
  if (report.skipped_empty + report.skipped_long > 0)
    std::cerr << fmt::format(
        "skipped {} pairs with an empty side and {} with more than {} tokens\n",
        report.skipped_empty, report.skipped_long, max_length);
  std::cerr << fmt::format("vocabularies of {} and {} words, {} parameters\n",
                           languages.source.vocabulary().size(),
                           languages.target.vocabulary().size(), model.parameters().count());
}

}  // namespace

void train_command(std::span<const std::string> arguments) {
  TrainOptions options;
  Options table("train", "Trains a translation model on two texts that belong together");
  add_data(table, options);
  add_network(table, options.network);
  add_training(table, options.learning, translator_terms());
  table.config_file();
  if (!table.parse(arguments)) return;

  // What can be refused is refused before the first long step.
  if (table.given("min-frequency") && options.tokenizer == "sentencepiece")
    throw UsageError(
        "--min-frequency is not for --tokenizer sentencepiece: give --vocabulary-size");
  if (table.given("input-feeding") && options.network.input_feeding &&
      (options.network.attention == "none" || options.network.wiring == "bahdanau"))
    throw UsageError(
        "--input-feeding needs attention and --wiring luong: leave it out or change those");
  constexpr int64_t kUsualPieces = 8000;
  if (options.tokenizer == "sentencepiece" && options.vocabulary_size == 0)
    options.vocabulary_size = kUsualPieces;
  const ModelOptions network = completed(options.network);
  // Its layers refuse what does not suit them.
  const Seq2Seq smallest(network, {.source = 1, .target = 1}, ParameterStore::Gradients::kNone);
  const ModelFolder folder(options.model);
  TrainingRun run = open_run(folder, table, data_files(options), options.overwrite);
  use_threads(options.learning.threads);
  set_batch_unit(options.learning, translator_terms());

  const Languages languages = make_languages(options, run);
  const ParallelCorpus corpus =
      read_parallel(options.training, languages.source, languages.target, options.max_length);
  const ValidationData validation = read_validation(options, languages);
  Seq2Seq model(network, languages.sizes(), ParameterStore::Gradients::kKept);
  say_what_was_read(corpus.report(), languages, model, options.max_length);

  begin(run, folder);
  folder.save_description(model, languages, table.effective());
  TranslationTask task(model, {corpus, validation, languages}, options.learning.batch,
                       options.learning.label_smoothing);
  Trainer(task, options.learning.trainer, folder, run).run();
}

}  // namespace alinea
