#include "commands/train_tagger.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <optional>

#include "commands/training_command.h"
#include "models/tagger_model.h"
#include "support/counted.h"
#include "support/error.h"
#include "tasks/tagging_task.h"

namespace alinea {

namespace {

class TaggerTraining : public TrainingCommand {
 public:
  TaggerTraining() {
    first_ = first_values_of_taggers();
    std::vector<std::string> judges = {kValidateByLoss};
    for (const Measure& measure : TaggingTask::measures()) judges.push_back(measure.name);
    learning_.terms = {{"sentences", "words"}, std::move(judges), "all tags"};
    learning_.trainer.validate_by = "accuracy";
  }

 protected:
  void add_options(Options& table) override {
    add_folder(table);
    table
        .required("train", files_.training,
                  "tagged sentences, plain or .gz: a word a line with its tag, and an empty line "
                  "between sentences, or as --form says")
        .add("valid", files_.validation,
             "sentences for validation; the default is a share of --train");
    add_valid_share(table, data_.valid_share, "the sentences");
    TaggedTextFields{data_.form, data_.words}.visit(table);
    add_vocabulary_limits(table, data_.min_frequency, data_.vocabulary_size);
    first_.visit(table);
    network_.visit(table);
    learning_.visit(table);
  }

  // Judges tags and class together where both are learned. Takes how the pretrained model reads
  // words, and its vocabularies where words are the same.
  void take_defaults(const Options& table) override {
    if (network_.joint_class && !table.given("validate-by"))
      learning_.trainer.validate_by = "sentences";
    const bool from_language = begins_with_language_model(first_);
    if (from_language) data_.vocabulary = take_language_model(first_, table, kForNewVocabulary);
    learning_.trainer.schedule.model_size = network_.encoder.embedding_size;
    if (first_.model.empty() || from_language) return;
    const TaggerModel model = TaggerModel::outline(ModelFolder(first_.model));
    const WordForm theirs = model.reader.form();
    if (!table.given("lowercase")) data_.words.lowercase = theirs.lowercase;
    if (!table.given("zero-digits")) data_.words.zero_digits = theirs.zero_digits;
    if (first_.update_vocabulary || !(data_.words == theirs)) return;
    refuse_making(table, kForNewVocabulary);
    data_.vocabulary = model.reader.words();
    data_.letter_vocabulary = model.reader.letters();
  }

  void check(const Options& table) override {
    refuse_share_of(files_.validation, table, "sentences");
    if (network_.joint_class != (data_.form.class_column > 0))
      throw UsageError("--joint-class and --class-column require each other: give both");
    if (learning_.trainer.validate_by == "class" && !network_.joint_class)
      throw UsageError("--validate-by class requires --joint-class");
    if (network_.crf && learning_.label_smoothing > 0)
      throw UsageError(
          "--label-smoothing smooths the softmax of each word, and --crf has none: leave out one "
          "of them");
    const Tagger smallest(network_, {.vocabulary = 3, .tags = 2, .classes = 2, .letters = 3},
                          ParameterStore::Gradients::kLater);
    data_.most_words = smallest.most_words();
  }

  Files files() const override {
    return present({{"train", files_.training}, {"valid", files_.validation}});
  }

  void prepare(const TrainingRun& /*run*/) override {
    data_.seed = learning_.trainer.seed;
    data_.letters = network_.character_features;
    sentences_.emplace(read_tagged(files_, data_));
    const TaggedData& read = *sentences_;
    model_.emplace(data_.form, read.reader, read.tags, read.classes,
                   std::make_unique<Tagger>(
                       network_, TaggerModel::sizes_of(read.reader, read.tags, read.classes),
                       ParameterStore::Gradients::kKept));
    check_measure();
    say_what_was_read();
    task_.emplace(*model_->network, read,
                  TaggingTask::Options{learning_.batch, learning_.label_smoothing});
  }

  const Model& model() const override { return *model_; }
  Task& task() override { return *task_; }

 private:
  // Parts of speech make no spans.
  void check_measure() const {
    if (learning_.trainer.validate_by != "f1") return;
    for (int64_t s = 0; s < sentences_->validation.size(); ++s) {
      std::vector<std::string> tags;
      for (const int32_t id : sentences_->validation.tags(s))
        tags.push_back(sentences_->tag_names[id]);
      if (!spans_of(tags).empty()) return;
    }
    throw Error(
        "no tag of the validation sentences begins a span, as B-NP does: give --validate-by "
        "accuracy");
  }

  void say_what_was_read() const {
    const TaggedData& read = *sentences_;
    int64_t unknown = 0;
    for (int64_t s = 0; s < read.training.size(); ++s)
      unknown += std::ranges::count(read.training.words(s), kUnknown);
    std::cerr << fmt::format(
        "{} with {}, {:.2f}% of them unknown; {} with {}\n",
        counted(read.training.size(), "training sentence"), counted(read.training.words(), "word"),
        100.0 * static_cast<double>(unknown) / static_cast<double>(read.training.words()),
        counted(read.validation.size(), "validation sentence"),
        counted(read.validation.words(), "word"));
    std::cerr << fmt::format("{}, {}a vocabulary of {} words, {} parameters\n",
                             counted(read.tags.size(), "tag"),
                             read.classes ? fmt::format("{} classes, ", read.classes->size()) : "",
                             read.reader.words().size(), model_->parameters().count());
    if (read.left_out_empty > 0)
      std::cerr << fmt::format("left out {} without words\n",
                               counted(read.left_out_empty, "training sentence"));
    if (read.left_out_long > 0)
      std::cerr << fmt::format("left out {} of more than {}, see --max-positions\n",
                               counted(read.left_out_long, "sentence"),
                               counted(*data_.most_words, "word"));
    if (read.unseen_tags > 0)
      std::cerr << fmt::format(
          "tags that training never has, such as '{}', stand at {} of the validation sentences: "
          "they count as wrong, and their sentences are none of the loss\n",
          read.tag_names[static_cast<size_t>(read.tags.size())], counted(read.unseen_tags, "word"));
    if (read.unseen_classes > 0)
      std::cerr << fmt::format(
          "left out of the loss {} with a class that training never has: it counts as wrong\n",
          counted(read.unseen_classes, "validation sentence"));
  }

  TaggedFiles files_;
  TaggedOptions data_;
  TaggerOptions network_;
  std::optional<TaggedData> sentences_;
  std::optional<TaggerModel> model_;
  std::optional<TaggingTask> task_;
};

}  // namespace

void train_tagger_command(std::span<const std::string> arguments) {
  Options table("train-tagger", "Trains a tagger on sentences whose words have tags");
  TaggerTraining().run(table, arguments);
}

}  // namespace alinea
