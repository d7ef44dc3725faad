// Stories with questions, as the bAbI tasks have them (Weston et al. 2016), plain or gzipped. Lines
// of a story are numbered; the number 1 begins the next one. A line with a tab, or that ends with
// "?", is a question about the lines of its story before it that are none, its facts:
//
//   1 Mary moved to the bathroom.
//   2 John went to the hallway.
//   3 Where is Mary? TAB bathroom TAB 1
//
// Behind the tabs stand the answer, of which several words are one, and the numbers of the lines
// that support it, with spaces between them, which may be left out. Words stand between white
// space; each of . , ; : ? ! at the end of a word is a word of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/document_corpus.h"
#include "text/labels.h"
#include "text/vocabulary.h"

namespace alinea {

struct StoryForm {
  int64_t max_facts = 0;  // the last ones that a question is about; 0: all
  bool lowercase = true;
  bool has_answers = true;  // otherwise what stands behind a question is not read
};

// Questions with the words of their facts.
class StoryCorpus {
 public:
  int64_t size() const { return std::ssize(questions_); }
  // How many facts a question is about, and one of them.
  int64_t facts(int64_t question) const {
    return at(question).facts_end - at(question).facts_begin;
  }
  std::span<const int32_t> fact(int64_t question, int64_t i) const {
    return words(fact_at(question, i));
  }
  std::span<const int32_t> query(int64_t question) const { return words(at(question).query); }
  // Of the answers; kNoLabel where the model knows none of that name.
  int32_t answer(int64_t question) const { return at(question).answer; }
  const std::string& answer_text(int64_t question) const { return at(question).answer_text; }
  std::span<const int64_t> supporting_lines(int64_t question) const {
    return at(question).supporting_lines;
  }
  // As the file numbers them within the story.
  int64_t story_line(int64_t question) const { return at(question).query.story_line; }
  int64_t story_line(int64_t question, int64_t fact) const {
    return fact_at(question, fact).story_line;
  }
  // As it was written, without its number.
  const std::string& text(int64_t question) const { return at(question).query.text; }
  const std::string& text(int64_t question, int64_t fact) const {
    return fact_at(question, fact).text;
  }
  int64_t line(int64_t question) const { return at(question).line; }    // of the file, from 1
  int64_t story(int64_t question) const { return at(question).story; }  // from 0
  // Of the question and its facts.
  int64_t words_read(int64_t question) const;

  // Turns words into their numbers in the vocabulary, and answers into theirs; those that were
  // numbered before stay.
  void number(const Vocabulary& vocabulary, const Labels& answers);
  // Adds every word of a fact or a question once for each time it is written.
  void count(VocabularyCounter& counter) const;
  // The same facts with these of the questions.
  StoryCorpus part(std::span<const int64_t> questions) const;

 private:
  friend class StoryReader;
  struct Sentence {
    int64_t story_line;
    std::string text;
    int64_t begin, end;  // in spellings_ and ids_
  };
  struct Question {
    Sentence query;
    int64_t facts_begin, facts_end;  // in facts_
    std::string answer_text;
    int32_t answer;
    std::vector<int64_t> supporting_lines;
    int64_t line, story;
  };
  const Question& at(int64_t question) const {
    return questions_.at(static_cast<size_t>(question));
  }
  const Sentence& fact_at(int64_t question, int64_t i) const {
    return facts_.at(static_cast<size_t>(at(question).facts_begin + i));
  }
  std::span<const int32_t> words(const Sentence& sentence) const {
    return std::span(ids_).subspan(static_cast<size_t>(sentence.begin),
                                   static_cast<size_t>(sentence.end - sentence.begin));
  }

  std::vector<Question> questions_;
  std::vector<Sentence> facts_;
  std::vector<std::string> spellings_;
  std::vector<int32_t> ids_;  // of the first so many spellings
};

// Reads stories into a corpus, line by line.
class StoryReader {
 public:
  explicit StoryReader(const StoryForm& form) : form_(form) {}

  // Whether the line was a question. Its number counts from 1; 0: it is in no file. Throws Error
  // for a line that is none of a story, of which then no sentence was added.
  bool add(std::string_view line, int64_t line_number = 0);
  // For a line that is no text. If it began a story, or the beginning of one was missed, as a
  // number not above the last one shows, questions up to the next story are refused: their facts
  // are not known.
  void pass_over(std::string_view line);

  StoryCorpus& corpus() { return corpus_; }
  const StoryCorpus& corpus() const { return corpus_; }
  // Forgets the questions, and the facts of all stories but the last one.
  void clear();

 private:
  struct Columns;
  Columns columns_of(std::string_view text) const;
  void add_sentence(std::string_view text, int64_t number, StoryCorpus::Sentence& sentence);
  void add_question(const Columns& columns, int64_t number, int64_t line_number);
  void add_answer(const Columns& columns, StoryCorpus::Question& question) const;
  int64_t take_number(std::string_view digits);

  StoryForm form_;
  StoryCorpus corpus_;
  int64_t begin_ = 0;   // of the facts of the story
  int64_t number_ = 0;  // of its last line
  int64_t story_ = -1;
  bool is_lost_ = false;  // its beginning was passed over
};

struct StoryFiles {
  std::filesystem::path training, validation;  // no validation: a share of the training stories
};

struct StoryOptions {
  StoryForm form = {};
  double valid_share = 0.1;
  uint64_t seed = 1;
  int64_t min_frequency = 1;
  int64_t vocabulary_size = 0;
  std::optional<Vocabulary> vocabulary = {};
};

struct StoryData {
  Vocabulary vocabulary;
  Labels answers;
  StoryCorpus training, validation;
  int64_t unknown_answers = 0;  // of validation: of no loss, and counted as wrong
};

// Whether a line, of any bytes, is a question: it has a tab, or ends with "?".
bool is_question(std::string_view line);

// The questions of a file. Throws Error where a line is wrong or there is none.
StoryCorpus read_story_file(const std::filesystem::path& path, const StoryForm& form);

// Throws Error where a line is wrong or nothing is left to train on or to validate by.
StoryData read_stories(const StoryFiles& files, const StoryOptions& options);

}  // namespace alinea
