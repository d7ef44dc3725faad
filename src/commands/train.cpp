#include "commands/train.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "distributed/shared_folder.h"
#include "models/model_folder.h"
#include "options/limits.h"
#include "options/options.h"
#include "options/threads.h"
#include "support/error.h"
#include "tasks/data_options.h"
#include "tasks/first_values.h"
#include "tasks/guide_options.h"
#include "tasks/training_texts.h"
#include "tasks/translation_task.h"
#include "tasks/validation_options.h"
#include "training/ranks.h"
#include "training/training_options.h"

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
  options.network.visit(table);
  add_training(table, options.learning, translator_terms());
  add_validation(table, options.validation);
  add_guide(table, options.guide);
  options.sampling.visit(table);
  if (!table.parse(arguments)) return;

  for (const auto& [name, value] : assumed_options(options.network)) table.assume(name, value);
  options.learning.trainer.schedule.model_size = options.network.embedding_size;

  // What can be refused is refused before the first long step.
  check_first_values(options.first);
  check_data(table, options.data, options.first);
  check_guide(table, options.guide, options.network);
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
