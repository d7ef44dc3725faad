#include "commands/train.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "commands/data_options.h"
#include "commands/first_values.h"
#include "commands/guide_options.h"
#include "commands/ranks.h"
#include "commands/threads.h"
#include "commands/training_options.h"
#include "commands/training_texts.h"
#include "commands/validation_options.h"
#include "distributed/shared_folder.h"
#include "models/model_folder.h"
#include "options/limits.h"
#include "options/options.h"
#include "support/error.h"
#include "training/translation_task.h"

namespace alinea {

namespace {

struct TrainOptions {
  DataOptions data;
  std::filesystem::path model;
  bool overwrite = false;
  FirstValuesOptions first = first_values_of_translators();
  ModelOptions network;
  TrainingOptions learning;
  GuideOptions guide;
  ScheduledSamplingOptions sampling;
  ValidationOptions validation;
};

void add_files(Options& table, TrainOptions& o) {
  add_texts(table, o.data);
  table.required("model", o.model, "folder for the model")
      .output()
      .add(
          "overwrite", o.overwrite,
          "start over if the folder contains a model; otherwise an unfinished training is resumed");
}

void add_network(Options& table, ModelOptions& o) {
  table.group("Model")
      .choice("architecture", o.architecture, architecture_names(),
              "what encoder and decoder are where they are not named")
      .choice("encoder", o.encoder, encoder_names(), "encoder; by default that of --architecture")
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
      .add("encoder-hidden-size", o.encoder_hidden_size,
           "hidden units of the encoder per direction; 0: half of --hidden-size, or --hidden-size "
           "if "
           "not bidirectional")
      .range<int64_t>(0, kLargestSize)
      .choice("attention", o.attention, attention_names(), "attention score")
      .choice("attention-mode", o.attention_mode, mode_names(),
              "source positions that attention covers")
      .add("attention-window", o.attention_window, "half-width D of a local mode's window")
      .range<int64_t>(1, kLargestSize)
      .add("attention-size", o.attention_size,
           "hidden size of additive, concat and local-p; 0: --hidden-size")
      .range<int64_t>(0, kLargestSize)
      .add("coverage", o.coverage,
           "let attention take into account how much of each source word has been used up")
      .add("attention-heads", o.attention_heads,
           "heads of attention, which divide --attention-size among them")
      .range<int64_t>(1, kLargestSize)
      .choice("decoder", o.decoder, decoder_names(),
              "how attention and recurrent layers are connected; the default is bahdanau for "
              "additive, luong for every other score")
      .choice("wiring", o.decoder, decoder_names(), "another name of --decoder")
      .add("input-feeding", o.input_feeding, "luong: feed the previous readout back to the decoder")
      .choice("readout", o.readout, readout_names(), "bahdanau: function of the readout")
      .choice("bridge", o.bridge, bridge_names(),
              "how the initial state of the decoder is computed")
      .add("residual", o.residual,
           "residual connections: from the second layer on, a layer's input is added to its output")
      .add("layer-normalization", o.layer_normalization, "normalise the outputs of layers")
      .add("dropout", o.dropout, "dropout probability of embeddings, layer inputs and readout")
      .range(0.0, 0.99)
      .add("variational-dropout", o.variational_dropout,
           "drop the same units at all steps of a sentence")
      .add("weight-drop", o.weight_drop,
           "dropout probability of recurrent weights, drawn once per update")
      .range(0.0, 0.99)
      .add("word-dropout", o.word_dropout,
           "probability that a word is read as unknown, on both sides")
      .range(0.0, 0.99)
      .add("tie-embeddings", o.tie_embeddings, "use the target embedding as the output layer");
}

void add_sampling(Options& table, ScheduledSamplingOptions& o) {
  table.group("Scheduled sampling")
      .choice("scheduled-sampling", o.kind, scheduled_sampling_names(),
              "how the share of words that the decoder reads from the target decreases, in favour "
              "of its "
              "own")
      .add("scheduled-sampling-decay", o.decay, "the constant k of the schedule, in updates")
      .range(1.0, kAnyNumber)
      .add("scheduled-sampling-minimum", o.minimum, "smallest share of words read from the target")
      .range(0.0, 1.0);
}

void check_sampling(const Options& table, const ScheduledSamplingOptions& options) {
  for (const char* name : {"scheduled-sampling-decay", "scheduled-sampling-minimum"})
    if (options.kind == "none" && table.given(name))
      throw UsageError("--{} requires a schedule: give one with --scheduled-sampling", name);
}

const TrainingTerms& translator_terms() {
  static const TrainingTerms terms{
      {"sentences", "tokens"}, {"perplexity", "bleu", "chrf", "translation"}, "all words"};
  return terms;
}

std::map<std::string, std::filesystem::path> files_of(const TrainingTexts& texts,
                                                      const TrainOptions& options) {
  std::map<std::string, std::filesystem::path> files = texts.files();
  if (!options.guide.links.empty()) files["guided-alignment"] = options.guide.links;
  files.merge(first_files(options.first));
  return files;
}

// L of the score location, </s> counted.
int64_t longest_source(const ParallelCorpus& corpus) {
  int64_t longest = 0;
  for (int64_t i = 0; i < corpus.size(); ++i) longest = std::max(longest, corpus.source_length(i));
  return longest + 1;
}

// Rank 0 makes them, or takes those that it began with, and tells the others.
Languages share_languages(const TrainOptions& options, const TrainingTexts& texts,
                          const TrainingRun& run) {
  const auto find = [&] {
    return run.goes_on() ? load_languages(ModelFolder(options.model), options.data)
                         : texts.make_languages(options.data);
  };
  if (run.group().is_alone()) return find();
  const SharedFolder folder;
  if (run.group().leads()) {
    const Languages languages = find();
    languages.source.save(folder.path(), "source");
    languages.target.save(folder.path(), "target");
  }
  folder.share(run.group());
  return load_languages(ModelFolder(folder.path()), options.data);
}

ValidationData read_validation(const TrainOptions& options, TrainingTexts& texts,
                               const Languages& languages) {
  ValidationData data{texts.read_validation(languages)};
  const auto references = [&] {
    return texts.read_references(languages.target, data.corpus.size());
  };
  data.measure = make_measure(options.learning.trainer.validate_by, options.validation,
                              languages.target, references);
  return data;
}

}  // namespace

void train_command(std::span<const std::string> arguments) {
  TrainOptions options;
  Options table("train", "Trains a translation model on parallel texts");
  add_files(table, options);
  add_vocabularies(table, options.data);
  add_first_values(table, options.first);
  add_network(table, options.network);
  add_training(table, options.learning, translator_terms());
  add_validation(table, options.validation);
  add_guide(table, options.guide);
  add_sampling(table, options.sampling);
  if (!table.parse(arguments)) return;

  // What can be refused is refused before the first long step.
  check_first_values(options.first);
  check_data(table, options.data, options.first);
  check_guide(table, options.guide, options.network);
  check_sampling(table, options.sampling);
  if (!options.guide.links.empty() && options.data.sentencepiece_alpha > 0)
    throw UsageError(
        "--guided-alignment links the best pieces, but --sentencepiece-alpha draws others: leave "
        "out one of them");
  if (table.given("input-feeding") && options.network.input_feeding &&
      (options.network.attention == "none" || options.network.decoder == "bahdanau"))
    throw UsageError(
        "--input-feeding requires attention and --decoder luong: leave it out, or change these");
  if (table.given("decoder") && table.given("wiring"))
    throw UsageError("--wiring is another name of --decoder: give one of them");
  complete(options.learning, table, translator_terms());
  check_validation(table, options.validation, options.learning);
  ModelOptions network = completed(options.network);
  if (network.attention == "location") network.source_positions = 1;  // until the texts are read
  // Its layers refuse what does not suit them.
  const EncoderDecoder smallest(network, {.source = 1, .target = 1},
                                ParameterStore::Gradients::kNone);
  const ModelFolder folder(options.model);
  TrainingTexts texts(options.data);
  const Ranks ranks(options.learning.ranks);
  keep_heaps_small();
  TrainingRun run =
      open_run(folder, table, files_of(texts, options), options.overwrite, ranks.group());

  const Languages languages = share_languages(options, texts, run);
  const Placement placement = options.data.corpus_on_disk ? Placement::kDisk : Placement::kMemory;
  const TrainingTexts::Corpus corpus =
      texts.read(languages, options.data.max_length, placement, ranks.group());
  options.learning.batch.shares = corpus.shares;
  if (network.attention == "location") network.source_positions = longest_source(corpus.pairs);
  const std::optional<GuidedAlignment> guide =
      read_guide(options.guide, corpus.pairs, texts, languages);
  const ValidationData validation = read_validation(options, texts, languages);
  EncoderDecoder model(network, languages.sizes(), ParameterStore::Gradients::kKept);
  for (const std::string& line : texts.report()) std::cerr << line << '\n';
  std::cerr << fmt::format("vocabularies of {} and {} words, {} parameters\n",
                           languages.source.vocabulary().size(),
                           languages.target.vocabulary().size(), model.parameters().count());
  FirstValues first;
  if (!run.goes_on()) first.read(options.first, model, languages);
  freeze_embeddings(options.first, model.parameters());

  TranslationTask task(model, {corpus.pairs, validation, languages, guide ? &*guide : nullptr},
                       {.batch = options.learning.batch,
                        .label_smoothing = options.learning.label_smoothing,
                        .sampling = options.sampling,
                        .pieces_alpha = options.data.sentencepiece_alpha});
  Trainer trainer(task, options.learning.trainer, folder, run);
  first.give(model.parameters());
  trainer.run([&] {
    begin(run, folder, [&](const ModelFolder& made) {
      made.save_description(model, languages, table.effective());
    });
  });
}

}  // namespace alinea
