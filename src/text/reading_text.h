// Questions about documents, a line each, plain or gzipped, columns between tabs. Words stand
// between spaces. A query has one blank, for which a word is to be found.
//
//   document TAB query TAB answer TAB candidates
//   line TAB token TAB answer TAB candidates      with a book, a sentence a line
//
// In a book lines and tokens are counted from 0; the query is that line with that token as the
// blank, and the document the lines before it. Candidates stand between "|" and may be left out, as
// may the answer where it is asked for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/vocabulary.h"

namespace alinea {

struct ReadingForm {
  std::string blank = "XXXXX";
  int64_t context_lines = 20;  // of a book: lines of a document
  bool lowercase = false;
  bool has_answers = true;  // otherwise no line has one
  // How many candidates of a question are read as markers, @entity0 and so on, wherever they stand
  // in its document and query (Hermann et al. 2015, section 2.2): names that no training text has
  // can be told apart then, and nothing is learned of a name itself.
  int64_t entity_markers = 0;
};

// "@entity0" and so on.
std::string entity_marker(int64_t i);

inline constexpr int32_t kNoAnswer = -1;

// What a model reads of a question, in its vocabulary.
struct ReadingIds {
  std::vector<int32_t> document, query;
};

// Questions with words by their spelling, each spelling numbered once. Documents that are parts of
// a book share its words.
class ReadingCorpus {
 public:
  int64_t size() const { return std::ssize(questions_); }
  // Spellings. That of the blank is kBlank.
  static constexpr int32_t kBlank = -1;
  std::span<const int32_t> document(int64_t question) const;
  std::span<const int32_t> query(int64_t question) const;
  int64_t blank(int64_t question) const { return at(question).blank; }  // its place in the query
  int32_t answer(int64_t question) const { return at(question).answer; }
  // Empty: any word of the document.
  std::span<const int32_t> candidates(int64_t question) const;
  int64_t line(int64_t question) const { return at(question).line; }  // from 1
  // Where a word stands in the document.
  std::vector<int64_t> places(int64_t question, int32_t spelling) const;

  const std::string& text(int32_t spelling) const { return texts_[static_cast<size_t>(spelling)]; }
  // What a model reads: <s> for the blank, and markers for candidates as the
  // form says. Which candidate has which marker depends on query and candidates, as if drawn by
  // lot.
  ReadingIds ids(int64_t question) const;
  // The vocabulary has the form's markers.
  void number(const Vocabulary& vocabulary);
  // Adds the words of the books, or of documents that stand with their questions, and of these
  // queries, once each.
  void count(VocabularyCounter& counter) const;

  // The same words without questions, but for those with these numbers.
  ReadingCorpus part(std::span<const int64_t> questions) const;

 private:
  friend class ReadingReader;
  struct Question {
    int64_t begin, end;              // of the document in words_
    int64_t query_begin, query_end;  // in queries_
    int64_t blank;
    int32_t answer;
    int64_t candidates_begin, candidates_end;  // in candidates_
    int64_t line;
  };
  const Question& at(int64_t question) const {
    return questions_.at(static_cast<size_t>(question));
  }
  int32_t id(int32_t spelling) const;
  std::vector<int32_t> drawn_markers(int64_t question) const;
  int32_t spelling(const std::string& word);

  std::vector<int32_t> words_, queries_, candidates_;
  std::vector<Question> questions_;
  std::vector<std::string> texts_;
  std::vector<int32_t> ids_;      // of each spelling
  int64_t entity_markers_ = 0;    // of the form
  std::vector<int32_t> markers_;  // their ids
  TextMap<int32_t> numbers_;
};

// Reads questions into a corpus, line by line.
class ReadingReader {
 public:
  // Throws Error as LineReader does, for the book, and for one without lines.
  ReadingReader(const ReadingForm& form, const std::optional<std::filesystem::path>& book);

  // The number of the line counts from 1; 0: it is in no file. Throws Error for a line that is no
  // question. Then nothing was added to the corpus.
  void add(std::string_view line, int64_t number = 0);

  ReadingCorpus& corpus() { return corpus_; }
  const ReadingCorpus& corpus() const { return corpus_; }
  // Forgets the questions, and of documents that stand with them the words.
  void clear();

 private:
  struct Columns;
  Columns columns_of(std::string_view line) const;
  void add_written(const Columns& columns, ReadingCorpus::Question& question);
  void add_of_book(const Columns& columns, ReadingCorpus::Question& question);
  void add_query(std::vector<int32_t> words, ReadingCorpus::Question& question);
  std::vector<int32_t> spellings(std::string_view text);
  int32_t one_word(std::string_view text, const char* what);

  ReadingForm form_;
  ReadingCorpus corpus_;
  std::optional<std::string> book_;   // its name in messages
  std::vector<int64_t> lines_ = {0};  // where those of the book begin in its words, and the end
};

struct ReadingFiles {
  std::filesystem::path training, validation;  // no validation: a share of the training questions
  std::filesystem::path book, validation_book;
};

struct ReadingOptions {
  ReadingForm form = {};
  double valid_share = 0.1;
  uint64_t seed = 1;
  int64_t min_frequency = 1;
  int64_t vocabulary_size = 0;
  std::optional<Vocabulary> vocabulary = {};
  bool refuse_missing = false;             // answers that do not stand in their document
  std::optional<int64_t> most_words = {};  // of a document or a query; longer ones are left out
};

struct ReadingData {
  Vocabulary vocabulary;
  ReadingCorpus training, validation;
  int64_t missing = 0;                // training questions that were left out
  int64_t too_long = 0;               // likewise, and validation questions
  int64_t missing_in_validation = 0;  // of no loss, and counted as wrong
  // Questions whose answer is none of their candidates.
  int64_t not_offered = 0, not_offered_in_validation = 0;
};

// Throws Error where a line is wrong or nothing is left to train on or to validate by.
ReadingData read_reading(const ReadingFiles& files, const ReadingOptions& options);

}  // namespace alinea
