#include "commands/train_classifier.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <optional>

#include "commands/picture_training.h"
#include "commands/training_command.h"
#include "models/classifier_model.h"
#include "support/counted.h"
#include "support/error.h"
#include "tasks/classification_task.h"
#include "tasks/document_report.h"

namespace alinea {

namespace {

int64_t known_words(const DocumentCorpus& corpus) {
  return std::ranges::count_if(corpus.words(), [](int32_t id) { return id != kUnknown; });
}

class ClassifierTraining : public TrainingCommand {
 public:
  ClassifierTraining() {
    first_ = first_values_of_classifiers();
    learning_.terms = {{"documents", "words"}, {kValidateByLoss, "accuracy", "f1"}, "all classes"};
    learning_.trainer.validate_by = "accuracy";
  }

 protected:
  void add_options(Options& table) override {
    add_folder(table);
    table
        .required(
            "train", files_.training,
            "labelled documents, one line 'label TAB document' each, or with --pairs 'label "
            "TAB premise TAB hypothesis'; with --source-type features 'label TAB file', where "
            "files are pictures")
        .choice("source-type", source_type_, {"text", "features"},
                "what is classified: text, or pictures by --glimpses")
        .add("valid", files_.validation,
             "documents for validation; the default is a share of --train");
    add_valid_share(table, data_.valid_share, "each class");
    SplitterFields{splitter_}.visit(table);
    table
        .add("ignore-extra-columns", data_.form.ignore_extra_columns,
             "read no columns behind the hypothesis, which are refused otherwise")
        .needs("pairs");
    add_vocabulary_limits(table, data_.min_frequency, data_.vocabulary_size);
    first_.visit(table);
    network_.visit(table);
    pictures_.visit(table);
    table.choice("class-weights", class_weights_, class_weight_names(),
                 "none: all documents have the same weight; balanced: all classes do");
    learning_.visit(table);
  }

  // The paper's encoders of pairs are LSTMs from left to right. Takes how the pretrained model cuts
  // text, and its vocabulary where words have the same case.
  void take_defaults(const Options& table) override {
    take_defaults_of_pairs(table);
    const bool from_language = begins_with_language_model(first_);
    if (from_language) {
      data_.vocabulary = take_language_model(first_, table, kForNewVocabulary);
      join_pairs_of_others(table);
    }
    learning_.trainer.schedule.model_size = network_.words.embedding_size;
    if (first_.model.empty() || from_language) return;
    const ClassifierModel model = ClassifierModel::outline(ModelFolder(first_.model));
    const SplitterOptions &theirs = model.splitter, mine = splitter_;
    splitter_ = theirs;
    if (table.given("lowercase")) splitter_.lowercase = mine.lowercase;
    if (table.given("tags-as-breaks")) splitter_.tags_as_breaks = mine.tags_as_breaks;
    if (table.given("html-entities")) splitter_.html_entities = mine.html_entities;
    if (table.given("max-words")) splitter_.max_words = mine.max_words;
    if (table.given("max-sentences")) splitter_.max_sentences = mine.max_sentences;
    if (first_.update_vocabulary || splitter_.lowercase != theirs.lowercase) return;
    refuse_making(table, kForNewVocabulary);
    data_.vocabulary = model.vocabulary;
  }

  void check(const Options& table) override {
    if (has_pictures()) refuse_options_of_documents(table);
    refuse_share_of(files_.validation, table, "documents");
    if (has_pictures()) return pictures_.check();
    const DocumentClassifier smallest(network_, {.vocabulary = 1, .classes = 2},
                                      ParameterStore::Gradients::kLater);
  }

  Files files() const override {
    return present({{"train", files_.training}, {"valid", files_.validation}});
  }

  std::map<std::string, Fingerprint> named_files() const override {
    return has_pictures() ? pictures_.named_files(files()) : std::map<std::string, Fingerprint>();
  }

  void prepare(const TrainingRun& /*run*/) override {
    if (has_pictures())
      return pictures_.prepare({files_.training, files_.validation},
                               {data_.valid_share, learning_.trainer.seed}, learning_);
    data_.seed = learning_.trainer.seed;
    data_.form.pairs = network_.pairs;
    DocumentSplitter splitter(splitter_);
    documents_.emplace(read_labelled(files_, splitter, data_));
    const LabelledData& read = *documents_;
    model_.emplace(
        splitter_, read.vocabulary, read.labels,
        std::make_unique<DocumentClassifier>(
            network_, DocumentClassifier::Sizes{read.vocabulary.size(), read.labels.size()},
            ParameterStore::Gradients::kKept));
    say_what_was_read(splitter);
    task_.emplace(
        *model_->network, read,
        ClassificationTask::Options{learning_.batch, learning_.label_smoothing, class_weights_});
  }

  const Model& model() const override {
    if (has_pictures()) return pictures_.model();
    return *model_;
  }
  Task& task() override {
    if (has_pictures()) return pictures_.task();
    return *task_;
  }

 private:
  bool has_pictures() const { return source_type_ == "features"; }

  // Those of texts and their encoder.
  void refuse_options_of_documents(const Options& table) {
    FieldList documents;
    ClassifierOptions network;
    SplitterOptions splitter;
    FirstValuesOptions first = first_values_of_classifiers();
    SplitterFields{splitter}.visit(documents);
    first.visit(documents);
    network.visit(documents);
    std::vector<std::string> names = {"min-frequency", "vocabulary-size", "class-weights"};
    for (const Field& field : documents.fields()) names.push_back(field.name);
    for (const std::string& name : names)
      if (table.given(name))
        throw UsageError("--{} applies to --source-type text, but it is features: leave it out",
                         name);
  }

  void take_defaults_of_pairs(const Options& table) {
    if (!network_.pairs) return;
    EncoderFields& words = network_.words;
    join_pairs_of_others(table);
    if (network_.pair_encoding != "conditional" || words.encoder != "recurrent") return;
    if (!table.given("cell")) words.cell = "lstm";
    if (!table.given("bidirectional")) words.bidirectional = false;
  }

  // Encoders that are not recurrent read both texts as one, unless an option says otherwise.
  void join_pairs_of_others(const Options& table) {
    if (network_.pairs && network_.words.encoder != "recurrent" && !table.given("pair-encoding"))
      network_.pair_encoding = "joined";
  }

  void say_what_was_read(const DocumentSplitter& splitter) const {
    const DocumentCorpus& training = documents_->training;
    const auto words = static_cast<int64_t>(training.words().size());
    int64_t sentences = 0;
    for (int64_t d = 0; d < training.size(); ++d) sentences += training.sentences(d);
    const std::string texts =
        network_.pairs ? counted(training.size(), "training pair")
                       : fmt::format("{} with {}", counted(training.size(), "training document"),
                                     counted(sentences, "sentence"));
    std::cerr << fmt::format(
        "{} and {}, {:.2f}% of them unknown; {}\n", texts, counted(words, "word"),
        100.0 * static_cast<double>(words - known_words(training)) / static_cast<double>(words),
        counted(documents_->validation.size(),
                network_.pairs ? "validation pair" : "validation document"));
    say_what_was_cut(splitter);
    DocumentClassifier::Unread unread = model_->network->unread(training);
    say_what_was_cut(unread += model_->network->unread(documents_->validation));
    std::cerr << fmt::format("{} classes, a vocabulary of {} words, {} parameters\n",
                             documents_->labels.size(), documents_->vocabulary.size(),
                             model_->parameters().count());
    if (!documents_->doubtful_label.empty())
      std::cerr << fmt::format(
          "'{}', line 1: no other line has the label '{}'; if this line is a header, remove it\n",
          files_.training.string(), documents_->doubtful_label);
  }

  std::string source_type_ = "text";
  PictureTraining pictures_;
  LabelledFiles files_;
  LabelledOptions data_;
  std::string class_weights_ = "none";
  SplitterOptions splitter_;
  ClassifierOptions network_;
  std::optional<LabelledData> documents_;
  std::optional<ClassifierModel> model_;
  std::optional<ClassificationTask> task_;
};

}  // namespace

void train_classifier_command(std::span<const std::string> arguments) {
  Options table("train-classifier",
                "Trains a classifier on labelled documents, or on labelled pairs of texts");
  ClassifierTraining().run(table, arguments);
}

}  // namespace alinea
