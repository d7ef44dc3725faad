#include "commands/train_classifier.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>

#include "commands/document_options.h"
#include "layers/recurrent.h"
#include "models/classifier_folder.h"
#include "options/limits.h"
#include "options/threads.h"
#include "support/error.h"
#include "tasks/classification_task.h"
#include "tasks/first_values.h"
#include "training/ranks.h"
#include "training/training_options.h"

namespace alinea {

namespace {

struct TrainClassifierOptions {
  LabelledFiles files;
  LabelledOptions data;
  std::filesystem::path model;
  bool overwrite = false;
  FirstValuesOptions first = first_values_of_classifiers();
  std::string class_weights = "none";
  SplitterOptions splitter;
  ClassifierOptions network;
  TrainingOptions learning;
};

const TrainingTerms& classifier_terms() {
  static const TrainingTerms terms{
      {"documents", "words"}, {kValidateByLoss, "accuracy", "f1"}, "all classes"};
  return terms;
}

void add_data(Options& table, TrainClassifierOptions& o) {
  table.group("Data")
      .required("train", o.files.training, "labelled documents, one line 'label TAB document' each")
      .add("valid", o.files.validation,
           "documents for validation; the default is a share of --train")
      .add("valid-share", o.data.valid_share,
           "share of each class of --train that is used for validation instead of training")
      .expect("a number above 0 and below 1",
              [&o] { return o.data.valid_share > 0 && o.data.valid_share < 1; })
      .required("model", o.model, "folder for the model")
      .output()
      .add(
          "overwrite", o.overwrite,
          "start over if the folder contains a model; otherwise an unfinished training is resumed");
  SplitterFields{o.splitter}.visit(table);
  table.add("min-frequency", o.data.min_frequency, "leave out words that occur less often")
      .range<int64_t>(1, kNoLimit)
      .add("vocabulary-size", o.data.vocabulary_size,
           "keep this many of the most frequent words, including special ones; 0: all")
      .range<int64_t>(0, kNoLimit);
  add_first_values(table, o.first);
}

void check(const Options& table, const TrainClassifierOptions& o) {
  if (table.given("valid-share") && !o.files.validation.empty())
    throw UsageError(
        "--valid-share and --valid both select validation documents: leave out one of them");
  check_first_values(o.first);
}

// Takes how the pretrained model cuts text, and its vocabulary where the words have the same case.
void take_pretrained(const Options& table, TrainClassifierOptions& o) {
  const ClassifierModel model = ClassifierFolder(o.first.model).outline();
  const SplitterOptions &theirs = model.splitter, mine = o.splitter;
  o.splitter = theirs;
  if (table.given("lowercase")) o.splitter.lowercase = mine.lowercase;
  if (table.given("tags-as-breaks")) o.splitter.tags_as_breaks = mine.tags_as_breaks;
  if (table.given("html-entities")) o.splitter.html_entities = mine.html_entities;
  if (table.given("max-words")) o.splitter.max_words = mine.max_words;
  if (table.given("max-sentences")) o.splitter.max_sentences = mine.max_sentences;
  if (o.first.update_vocabulary || o.splitter.lowercase != theirs.lowercase) return;
  static constexpr const char* kForNewVocabulary[] = {"min-frequency", "vocabulary-size"};
  refuse_making(table, kForNewVocabulary);
  o.data.vocabulary = model.vocabulary;
}

int64_t known_words(const DocumentCorpus& corpus) {
  return std::ranges::count_if(corpus.words(), [](int32_t id) { return id != kUnknown; });
}

void say_what_was_read(const LabelledData& data, const DocumentSplitter& splitter,
                       const DocumentClassifier& model) {
  const auto words = static_cast<int64_t>(data.training.words().size());
  int64_t sentences = 0;
  for (int64_t d = 0; d < data.training.size(); ++d) sentences += data.training.sentences(d);
  std::cerr << fmt::format(
      "{} training documents with {} sentences and {} words, {:.2f}% of them unknown; {} "
      "validation documents\n",
      data.training.size(), sentences, words,
      100.0 * static_cast<double>(words - known_words(data.training)) / static_cast<double>(words),
      data.validation.size());
  say_what_was_cut(splitter);
  std::cerr << fmt::format("{} classes, a vocabulary of {} words, {} parameters\n",
                           data.labels.size(), data.vocabulary.size(), model.parameters().count());
}

void say_what_is_doubtful(const LabelledData& data, const std::filesystem::path& training) {
  if (!data.doubtful_label.empty())
    std::cerr << fmt::format(
        "'{}', line 1: no other line has the label '{}'; if this line is a header, remove it\n",
        training.string(), data.doubtful_label);
}

std::map<std::string, std::filesystem::path> data_files(const TrainClassifierOptions& options) {
  std::map<std::string, std::filesystem::path> files = {{"train", options.files.training}};
  if (!options.files.validation.empty()) files["valid"] = options.files.validation;
  files.merge(first_files(options.first));
  return files;
}

}  // namespace

void train_classifier_command(std::span<const std::string> arguments) {
  TrainClassifierOptions options;
  options.learning.trainer.validate_by = "accuracy";
  Options table("train-classifier", "Trains a document classifier on labelled documents");
  add_data(table, options);
  options.network.visit(table);
  table.choice("class-weights", options.class_weights, class_weight_names(),
               "none: all documents have the same weight; balanced: all classes do");
  add_training(table, options.learning, classifier_terms());
  if (!table.parse(arguments)) return;

  // What can be refused is refused before the first long step.
  check(table, options);
  if (!options.first.model.empty()) take_pretrained(table, options);
  complete(options.learning, table, classifier_terms());
  const DocumentClassifier smallest(options.network, {.vocabulary = 1, .classes = 2},
                                    ParameterStore::Gradients::kNone);
  const ClassifierFolder folder(options.model);
  const Ranks ranks(options.learning.ranks);
  keep_heaps_small();
  TrainingRun run =
      open_run(folder.folder(), table, data_files(options), options.overwrite, ranks.group());
  options.data.seed = options.learning.trainer.seed;

  DocumentSplitter splitter(options.splitter);
  const LabelledData data = read_labelled(options.files, splitter, options.data);
  const ClassifierModel model{
      options.splitter, data.vocabulary, data.labels,
      std::make_unique<DocumentClassifier>(
          options.network, DocumentClassifier::Sizes{data.vocabulary.size(), data.labels.size()},
          ParameterStore::Gradients::kKept)};
  FirstValues first;
  if (!run.goes_on()) first.read(options.first, model);
  say_what_was_read(data, splitter, *model.network);
  say_what_is_doubtful(data, options.files.training);
  freeze_embeddings(options.first, model.network->parameters());

  ClassificationTask task(
      *model.network, data,
      {options.learning.batch, options.learning.label_smoothing, options.class_weights});
  Trainer trainer(task, options.learning.trainer, folder.folder(), run);
  first.give(model.network->parameters());
  trainer.run([&] {
    begin(run, folder.folder(), [&](const ModelFolder& made) {
      ClassifierFolder(made.path()).save_description(model, table.effective());
    });
  });
}

}  // namespace alinea
