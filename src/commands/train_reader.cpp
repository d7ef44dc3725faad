#include "commands/train_reader.h"

#include <fmt/format.h>

#include <iostream>
#include <optional>

#include "commands/story_training.h"
#include "commands/training_command.h"
#include "models/reader_model.h"
#include "options/limits.h"
#include "support/counted.h"
#include "support/error.h"
#include "tasks/reading_task.h"

namespace alinea {

namespace {

constexpr const char *kSkip = "skip", *kRefuse = "refuse";

class ReaderTraining : public TrainingCommand {
 public:
  ReaderTraining() {
    first_ = first_values_of_readers();
    learning_.terms = {{"questions", "words"}, {kValidateByLoss, "accuracy"}, "all words"};
    learning_.trainer.validate_by = "accuracy";
    learning_.batch.size = 32;
  }

 protected:
  void add_options(Options& table) override {
    add_folder(table);
    table
        .required("train", files_.training,
                  "questions, plain or .gz: 'document TAB query TAB answer TAB candidates', with a "
                  "blank in the query and candidates between |, which may be left out; with --book "
                  "'line TAB token TAB answer TAB candidates'; with --stories numbered sentences, "
                  "among them 'question TAB answer TAB supporting lines'")
        .add("book", files_.book,
             "text, a sentence a line, whose lines the questions name: the query is that line with "
             "that token as the blank, both from 0, the document the lines before it")
        .add("valid", files_.validation,
             "questions for validation; the default is a share of --train")
        .add("valid-book", files_.validation_book, "the book of --valid")
        .needs("valid");
    add_valid_share(table, data_.valid_share, "the questions");
    table.choice("missing-answers", missing_, {kSkip, kRefuse},
                 "questions whose answer does not stand in the document: leave them out of the "
                 "training, or refuse the file");
    ReadingFormFields{data_.form}.visit(table);
    table
        .add("max-facts", stories_.data().form.max_facts,
             "sentences of a story that are read, the last ones before the question; 0: all")
        .range<int64_t>(0, kNoLimit)
        .needs("stories");
    add_vocabulary_limits(table, data_.min_frequency, data_.vocabulary_size);
    first_.visit(table);
    network_.visit(table);
    learning_.visit(table);
  }

  // Takes how the pretrained model reads words, and its vocabulary where words are the same.
  void take_defaults(const Options& table) override {
    if (network_.stories && !table.given("lowercase")) data_.form.lowercase = true;
    const bool from_language = begins_with_language_model(first_);
    if (from_language) data_.vocabulary = take_language_model(first_, table, kForNewVocabulary);
    learning_.trainer.schedule.model_size = network_.encoder.embedding_size;
    if (first_.model.empty() || from_language) return;
    if (network_.stories) return take_defaults_of_stories(table);
    const ReaderModel model = ReaderModel::outline(ModelFolder(first_.model));
    const ReadingForm mine = data_.form;
    data_.form = model.form;
    if (table.given("lowercase")) data_.form.lowercase = mine.lowercase;
    if (table.given("blank")) data_.form.blank = mine.blank;
    if (table.given("context-lines")) data_.form.context_lines = mine.context_lines;
    if (table.given("entity-markers")) data_.form.entity_markers = mine.entity_markers;
    if (first_.update_vocabulary || data_.form.lowercase != model.form.lowercase) return;
    refuse_making(table, kForNewVocabulary);
    data_.vocabulary = model.vocabulary;
  }

  void check(const Options& table) override {
    refuse_share_of(files_.validation, table, network_.stories ? "stories" : "questions");
    if (network_.stories) return check_stories(table);
    if (!files_.validation.empty() && files_.book.empty() != files_.validation_book.empty())
      throw UsageError("--book and --valid-book require each other: give both");
    if (learning_.label_smoothing > 0)
      throw UsageError(
          "--label-smoothing smooths a softmax over all words, which a reader does not have: leave "
          "it out");
    const Reader smallest(network_, 3, ParameterStore::Gradients::kLater);
    data_.most_words = smallest.most_words();
  }

  Files files() const override {
    return present({{"train", files_.training},
                    {"book", files_.book},
                    {"valid", files_.validation},
                    {"valid-book", files_.validation_book}});
  }

  void prepare(const TrainingRun& /*run*/) override {
    if (network_.stories) {
      StoryOptions& stories = stories_.data();
      stories.form.lowercase = data_.form.lowercase;
      stories.valid_share = data_.valid_share;
      stories.seed = learning_.trainer.seed;
      stories.min_frequency = data_.min_frequency;
      stories.vocabulary_size = data_.vocabulary_size;
      stories.vocabulary = data_.vocabulary;
      return stories_.prepare({files_.training, files_.validation}, network_, learning_);
    }
    data_.seed = learning_.trainer.seed;
    data_.refuse_missing = missing_ == kRefuse;
    questions_.emplace(read_reading(files_, data_));
    const ReadingData& read = *questions_;
    model_.emplace(data_.form, read.vocabulary,
                   std::make_unique<Reader>(network_, read.vocabulary.size(),
                                            ParameterStore::Gradients::kKept));
    say_what_was_read();
    task_.emplace(*model_->network, read, learning_.batch);
  }

  const Model& model() const override {
    if (network_.stories) return stories_.model();
    return *model_;
  }
  Task& task() override {
    if (network_.stories) return stories_.task();
    return *task_;
  }

 private:
  void take_defaults_of_stories(const Options& table) {
    const StoryModel model = StoryModel::outline(ModelFolder(first_.model));
    if (!table.given("lowercase")) data_.form.lowercase = model.form.lowercase;
    if (!table.given("max-facts")) stories_.data().form.max_facts = model.form.max_facts;
    if (first_.update_vocabulary || data_.form.lowercase != model.form.lowercase) return;
    refuse_making(table, kForNewVocabulary);
    data_.vocabulary = model.vocabulary;
  }

  void check_stories(const Options& table) {
    for (const char* name :
         {"book", "valid-book", "blank", "context-lines", "entity-markers", "missing-answers"})
      if (table.given(name))
        throw UsageError("--{} applies to questions with a blank, not to --stories: leave it out",
                         name);
    const StoryNetwork smallest(network_, {.vocabulary = 3, .answers = 2},
                                ParameterStore::Gradients::kLater);
    int64_t& facts = stories_.data().form.max_facts;
    const std::optional<int64_t> most = smallest.most_sentences();
    if (!most || (facts > 0 && facts < *most)) return;
    facts = *most - 1;
    std::cerr << fmt::format(
        "of each story the last {} before a question {} read, as --max-positions says\n",
        counted(facts, "fact"), facts == 1 ? "is" : "are");
  }

  void say_what_was_read() const {
    const ReadingData& read = *questions_;
    int64_t words = 0;
    for (int64_t q = 0; q < read.training.size(); ++q)
      words += std::ssize(read.training.document(q));
    std::cerr << fmt::format("{} on documents of {} on average; {}\n",
                             counted(read.training.size(), "training question"),
                             counted(words / read.training.size(), "word"),
                             counted(read.validation.size(), "validation question"));
    std::cerr << fmt::format("a vocabulary of {} words, {} parameters\n", read.vocabulary.size(),
                             model_->parameters().count());
    if (read.missing > 0)
      std::cerr << fmt::format("left out {} whose answer does not stand in the document\n",
                               counted(read.missing, "training question"));
    if (read.missing_in_validation > 0)
      std::cerr << fmt::format(
          "the answers of {} do not stand in the document: they count as "
          "wrong, and are none of the loss\n",
          counted(read.missing_in_validation, "validation question"));
    if (read.not_offered + read.not_offered_in_validation > 0)
      std::cerr << fmt::format(
          "the answers of {} and {} are not among their candidates: only candidates are ever given "
          "as answers\n",
          counted(read.not_offered, "training question"),
          counted(read.not_offered_in_validation, "validation question"));
    if (read.too_long > 0)
      std::cerr << fmt::format("left out {} of more than {}, see --max-positions\n",
                               counted(read.too_long, "question"),
                               counted(*data_.most_words, "word"));
  }

  ReadingFiles files_;
  ReadingOptions data_;
  std::string missing_ = kSkip;
  ReaderOptions network_;
  std::optional<ReadingData> questions_;
  std::optional<ReaderModel> model_;
  std::optional<ReadingTask> task_;
  StoryTraining stories_;
};

}  // namespace

void train_reader_command(std::span<const std::string> arguments) {
  Options table("train-reader", "Trains a model that answers questions about documents or stories");
  ReaderTraining().run(table, arguments);
}

}  // namespace alinea
