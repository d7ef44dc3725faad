// Sentences whose words have tags, in two forms, plain or gzipped:
//
//   columns  a word a line, with its tags in further columns (CoNLL); an empty line ends a sentence
//   lines    a sentence a line; its columns, between tabs, have a word or a tag beside another
//
// Columns of a line that has a tab are what stands between tabs, else what stands between spaces.
// As conlleval has it, a line whose first column is -X- is an empty one, and -DOCSTART- is a word.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/line_reader.h"

namespace alinea {

std::vector<std::string> tagged_form_names();

struct TaggedForm {
  std::string form = "columns";
  // Counted from 1.
  int64_t word_column = 1;
  int64_t tag_column = 0;    // 0: the last one
  int64_t class_column = 0;  // 0: sentences have no class

  bool has_lines() const { return form == "lines"; }
};

// Whether a line of the form columns stands between sentences.
bool is_between_sentences(std::string_view line);

// The columns of a line; with lines those between tabs, be there a tab or not. Parts of the line.
std::vector<std::string_view> columns_of(std::string_view line, const TaggedForm& form);

// The words or the tags of a column of the form lines.
std::vector<std::string> words_of(std::string_view column);

// The column of a line by its number from 1. Throws Error that says what the line lacks: `what` is
// "word".
std::string_view column_at(std::span<const std::string_view> columns, int64_t number,
                           std::string_view what);

// Throws Error where one of a column's cells is empty: `what` is "tag".
void check_filled(const std::vector<std::string>& column, std::string_view what);

// The class of a sentence by its column: that which the cells of all its words repeat, or with
// lines the words of one cell. Throws Error where there is none, or another one.
std::string label_of(const std::vector<std::string>& column, bool has_lines);

// A sentence by its columns: columns[c][t] belongs to word t. With lines columns may be of
// different lengths, and an empty line has none.
struct TableSentence {
  int64_t line = 0;  // where it begins
  std::vector<std::vector<std::string>> columns;
};

class TableReader {
 public:
  // Throws Error as LineReader does.
  TableReader(const std::filesystem::path& path, const TaggedForm& form);

  // False at the end. Throws Error that names file and line where a line has another number of
  // columns than the first one, and as LineReader::next.
  bool next(TableSentence& sentence);

  std::string name() const { return reader_.name(); }

 private:
  bool next_rows(TableSentence& sentence);
  bool next_line(TableSentence& sentence);
  void add_row(std::string_view line, TableSentence& sentence);
  void check_number(size_t columns);

  TaggedForm form_;
  LineReader reader_;
  size_t number_ = 0;  // of columns, of the first line; 0: none was read
  int64_t first_line_ = 0;
};

struct TaggedSentence {
  int64_t line = 0;
  std::vector<std::string> words, tags;
  std::string label;  // its class, where the form has one
};

class TaggedReader {
 public:
  // Throws Error as LineReader does.
  TaggedReader(const std::filesystem::path& path, const TaggedForm& form)
      : form_(form), table_(path, form) {}

  // False at the end. Throws Error that names file and line where a column is missing or empty,
  // where there are not as many tags as words, where a sentence has two classes or none, and as
  // TableReader::next.
  bool next(TaggedSentence& sentence);

 private:
  TaggedForm form_;
  TableReader table_;
};

}  // namespace alinea
