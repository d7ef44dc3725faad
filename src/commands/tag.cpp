#include "commands/tag.h"

#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>

#include "models/tagger_model.h"
#include "models/tagging.h"
#include "options/limits.h"
#include "options/options.h"
#include "options/threads.h"
#include "reports/alignment_writer.h"
#include "reports/make_alignment.h"
#include "storage/atomic_file.h"
#include "storage/input.h"
#include "support/counted.h"
#include "support/error.h"
#include "support/unanswered.h"
#include "tasks/tagging_task.h"
#include "text/inputs_together.h"

namespace alinea {

namespace {

struct TagOptions {
  std::filesystem::path model, input = kStandardStream, output = kStandardStream;
  std::filesystem::path attention, attention_page;
  TaggedForm form;
  bool labelled = false;
  TaggingOptions tagging;
  int64_t threads = 0;
};

void add_options(Options& table, TagOptions& o) {
  table.required("model", o.model, "model folder")
      .add(
          "input", o.input,
          "words, plain or .gz, in the form and the column of the training text unless the options "
          "below say otherwise; - is standard input")
      .add("output", o.output,
           "the same lines with a column more, the tag, and of a model with --joint-class another "
           "one, the class; - is standard output")
      .output();
  TaggedFormFields{o.form}.visit(table);
  table
      .add("labelled", o.labelled,
           "the input has tags in --tag-column: report accuracy and F1 of spans on standard error")
      .add("attention", o.attention,
           "CSV file for the weights with which words look at each other, of --encoder transformer "
           "or "
           "--intra-attention")
      .output()
      .add("attention-page", o.attention_page,
           "HTML page on which words look at words, by layer and head")
      .output()
      .add("batch-size", o.tagging.batch_size, "sentences per batch")
      .range<int64_t>(1, kMostSentences)
      .add("threads", o.threads, "threads; 0: one per core")
      .range<int64_t>(0, kMostThreads);
}

// The model's, where the command line says nothing else.
TaggedForm chosen_form(const Options& table, const TaggedForm& given, const TaggedForm& models) {
  TaggedForm form = models;
  if (table.given("form")) form.form = given.form;
  if (table.given("word-column")) form.word_column = given.word_column;
  if (table.given("tag-column")) form.tag_column = given.tag_column;
  if (table.given("class-column")) form.class_column = given.class_column;
  return form;
}

// A line of the input, and what it is answered by.
struct InputLine {
  std::string text;
  std::string fault = {};      // why it has no answer
  int64_t sentence = -1;       // of those that were read and are not yet answered; -1: none
  int64_t word = 0;            // of the sentence, with columns
  std::string_view separator;  // before what is added
};

class SentenceTagger {
 public:
  SentenceTagger(const Options& table, const TagOptions& options)
      : model_(load<TaggerModel>(ModelFolder(options.model))),
        form_(chosen_form(table, options.form, model_.form)),
        labelled_(options.labelled),
        tagging_(options.tagging),
        output_(options.output),
        writers_(make_self_attention_writers(options.attention, options.attention_page)) {
    tagging_.keep_attention = !writers_.empty();
    if (tagging_.keep_attention && !model_.network->has_attention())
      throw Error("the words of the model in {} do not look at each other: its encoder is {}",
                  options.model.string(), model_.network->options().encoder.encoder);
    if (table.given("class-column") && !model_.classes)
      throw UsageError(
          "--class-column requires a model with classes, but the one in {} was trained without "
          "--joint-class: leave it out",
          options.model.string());
    scores_.has_classes = labelled_ && model_.classes && form_.class_column > 0;
  }

  void run(LineReader& input, int64_t together) {
    answer_lines(
        input, [this](const std::string& text, std::string fault) { read(text, std::move(fault)); },
        [&] { return words_.empty() && corpus_.size() >= together; },
        [this] {
          end_sentence();
          answer();
        });
    output_.commit();
    for (const auto& writer : writers_) writer->finish();
    if (labelled_ && scores_.sentences > 0) std::cerr << scores_.to_string() << '\n';
    say_what_is_new();
    unanswered_.finish();
  }

 private:
  // A line that cannot be read ends a sentence, as an empty one does.
  void read(std::string text, std::string fault) {
    lines_.push_back({std::move(text), std::move(fault), -1, 0, {}});
    InputLine& line = lines_.back();
    const bool is_between =
        !line.fault.empty() || (!form_.has_lines() && is_between_sentences(line.text));
    try {
      if (!is_between) read_words(line);
    } catch (const Error& error) {
      line.fault = error.what();
    }
    if (is_between || form_.has_lines() || !line.fault.empty()) end_sentence();
  }

  void read_words(InputLine& line) {
    if (form_.has_lines() && line.text.empty()) {  // a sentence without words
      line.separator = "\t";
      line.sentence = corpus_.size();
      return;
    }
    const std::vector<std::string_view> columns = columns_of(line.text, form_);
    if (columns_ == 0) columns_ = columns.size();
    if (columns.size() != columns_)
      throw Error("expected {} as in the first line, got {}", counted(columns_, "column"),
                  columns.size());
    const std::string_view words = column_at(columns, form_.word_column, "word");
    if (words.empty() && !form_.has_lines()) throw Error("expected a word, got an empty column");
    const std::vector<std::string> found =
        form_.has_lines() ? words_of(words) : std::vector<std::string>{std::string(words)};
    if (labelled_) read_gold(columns, found.size());
    const bool has_tabs =
        form_.has_lines() || columns.size() == 1 || line.text.find('\t') != std::string::npos;
    line.separator = has_tabs ? "\t" : " ";
    line.sentence = corpus_.size();
    line.word = std::ssize(words_);
    words_.insert(words_.end(), found.begin(), found.end());
  }

  void read_gold(std::span<const std::string_view> columns, size_t words) {
    const int64_t number = form_.tag_column > 0 ? form_.tag_column : std::ssize(columns);
    if (number == form_.word_column)
      throw Error("expected a word and its tag, got column {} for both: see --tag-column", number);
    const std::string_view tags = column_at(columns, number, "tag");
    const std::vector<std::string> found =
        form_.has_lines() ? words_of(tags) : std::vector<std::string>{std::string(tags)};
    if (found.size() != words)
      throw Error("expected as many tags as words, got {} and {}", found.size(), words);
    check_filled(found, "tag");
    if (scores_.has_classes) gold_label_ = gold_label(columns);
    gold_.insert(gold_.end(), found.begin(), found.end());
  }

  // That of the sentence, which each of its lines repeats.
  std::string gold_label(std::span<const std::string_view> columns) const {
    const std::string_view given = column_at(columns, form_.class_column, "class");
    std::vector<std::string> parts = {std::string(given)};
    if (form_.has_lines()) {
      parts = words_of(given);
    } else if (!gold_label_.empty()) {
      parts.insert(parts.begin(), gold_label_);
    }
    return label_of(parts, form_.has_lines());
  }

  // Of the line last read, if it has an answer, the sentence is complete.
  void end_sentence() {
    const bool has_sentence = !lines_.empty() && lines_.back().sentence == corpus_.size();
    if (words_.empty() && !has_sentence) return;
    const std::vector<std::string> words = std::exchange(words_, {});
    sentences_.push_back({{}, std::exchange(gold_, {}), std::exchange(gold_label_, {}), {}});
    if (tagging_.keep_attention) sentences_.back().words = words;
    const std::optional<int64_t> most = model_.network->most_words();
    const bool is_long = most && std::ssize(words) > *most;
    if (is_long)
      sentences_.back().fault =
          fmt::format("a sentence of {}, and the model has positions for {}: split it",
                      counted(words.size(), "word"), *most);
    corpus_.add(model_.reader, is_long ? std::vector<std::string>() : words, {});
  }

  void answer() {
    const TaggedCorpus corpus = std::exchange(corpus_, {});
    const std::vector<Tagging> results = tag(*model_.network, corpus, tagging_);
    for (size_t s = 0; s < results.size(); ++s) {
      if (!results[s].is_number) sentences_[s].fault = kOverflow;
      if (labelled_ && sentences_[s].fault.empty()) score(results[s], sentences_[s]);
      if (tagging_.keep_attention) show(results[s], sentences_[s]);
    }
    for (InputLine& line : std::exchange(lines_, {})) write(line, results);
    sentences_.clear();
    output_.flush();
  }

  struct ReadSentence {
    std::vector<std::string> words;  // where attention is written
    std::vector<std::string> gold;
    std::string label;
    std::string fault;  // why none of it has an answer
  };

  std::vector<std::string> names_of(const Tagging& tagging) const {
    std::vector<std::string> names;
    for (const int32_t id : tagging.tags) names.push_back(model_.tags.name(id));
    return names;
  }

  // Tags and classes that the model cannot give.
  void say_what_is_new() const {
    if (new_tags_ > 0)
      std::cerr << fmt::format(
          "tags that training never had, such as '{}', stand at {}: they count as wrong\n",
          new_tag_, counted(new_tags_, "word"));
    if (new_classes_ > 0)
      std::cerr << fmt::format("{} with a class that training never had: it counts as wrong\n",
                               counted(new_classes_, "sentence"));
  }

  void score(const Tagging& tagging, const ReadSentence& sentence) {
    for (const std::string& tag : sentence.gold) {
      if (model_.tags.id(tag) != kNoLabel) continue;
      if (new_tags_++ == 0) new_tag_ = tag;
    }
    if (scores_.has_classes && model_.classes->id(sentence.label) == kNoLabel) ++new_classes_;
    scores_.add(sentence.gold, names_of(tagging),
                scores_.has_classes ? model_.classes->id(sentence.label) : kNoLabel, tagging.label);
  }

  // A sentence without an answer has no weights.
  void show(const Tagging& tagging, const ReadSentence& sentence) {
    const int64_t number = shown_++;
    if (!sentence.fault.empty() || tagging.attention.empty()) return;
    const Alignment alignment =
        make_alignment(number, sentence.words, sentence.words, tagging.attention);
    for (const auto& writer : writers_) writer->write(alignment);
  }

  // Its place stays empty where it has no answer; of a sentence the first line says why.
  void write(const InputLine& line, std::span<const Tagging> results) {
    ++line_;
    const bool is_answered = line.sentence >= 0 && line.fault.empty();
    const std::string& fault = is_answered ? sentences_[line.sentence].fault : line.fault;
    std::ostream& stream = output_.stream();
    if (!fault.empty()) {
      if (line.word == 0) unanswered_.add(line_, fault);
      stream << '\n';
      return;
    }
    stream << line.text;
    if (is_answered) write_tags(line, results[line.sentence]);
    stream << '\n';
  }

  void write_tags(const InputLine& line, const Tagging& tagging) {
    std::ostream& stream = output_.stream();
    stream << line.separator;
    if (!form_.has_lines()) {
      stream << model_.tags.name(tagging.tags[line.word]);
    } else {
      const char* space = "";
      for (const int32_t id : tagging.tags)
        stream << std::exchange(space, " ") << model_.tags.name(id);
    }
    if (model_.classes) stream << line.separator << model_.classes->name(tagging.label);
  }

  TaggerModel model_;
  TaggedForm form_;
  bool labelled_;
  TaggingOptions tagging_;
  AtomicFile output_;
  TaggingScores scores_;
  int64_t new_tags_ = 0, new_classes_ = 0;
  std::string new_tag_;  // the first one
  Unanswered unanswered_{"tags"};
  size_t columns_ = 0;                   // of the first line
  TaggedCorpus corpus_;                  // read and not yet answered
  std::vector<ReadSentence> sentences_;  // likewise
  std::vector<InputLine> lines_;         // likewise
  std::vector<std::string> words_;       // of the sentence that is being read
  std::vector<std::string> gold_;
  std::string gold_label_;
  std::vector<std::unique_ptr<AlignmentWriter>> writers_;
  int64_t line_ = 0;   // answered
  int64_t shown_ = 0;  // sentences
};

}  // namespace

void tag_command(std::span<const std::string> arguments) {
  TagOptions options;
  Options table("tag", "Prints the tag of each word");
  add_options(table, options);
  if (!table.parse(arguments)) return;
  for (const char* name : {"tag-column", "class-column"})
    if (table.given(name) && !options.labelled)
      throw UsageError("--{} is read with --labelled alone: give that too, or leave it out", name);
  use_threads(options.threads);
  LineReader input(options.input);
  SentenceTagger(table, options)
      .run(input, inputs_together(options.input, options.tagging.batch_size));
}

}  // namespace alinea
