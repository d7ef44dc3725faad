#include "text/tagged_text.h"

#include <algorithm>
#include <functional>

#include "support/counted.h"
#include "support/error.h"
#include "text/unicode.h"

namespace alinea {

namespace {

constexpr std::string_view kSpaces = " \t";
constexpr std::string_view kBoundary = "-X-";  // conlleval's

std::vector<std::string_view> between_tabs(std::string_view line) {
  std::vector<std::string_view> columns;
  for (size_t tab = line.find('\t'); tab != std::string_view::npos; tab = line.find('\t')) {
    columns.push_back(trimmed(line.substr(0, tab)));
    line.remove_prefix(tab + 1);
  }
  columns.push_back(trimmed(line));
  return columns;
}

std::vector<std::string_view> between_spaces(std::string_view line) {
  std::vector<std::string_view> columns;
  for (size_t begin = line.find_first_not_of(kSpaces); begin != std::string_view::npos;
       begin = line.find_first_not_of(kSpaces)) {
    line.remove_prefix(begin);
    const size_t end = std::min(line.find_first_of(kSpaces), line.size());
    columns.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  return columns;
}

// The index of a column of a sentence.
size_t place_of(const TableSentence& sentence, int64_t number, std::string_view what) {
  const int64_t columns = std::ssize(sentence.columns);
  if (number > columns)
    throw Error("expected the {} in column {}, but there {} {}", what, number,
                columns == 1 ? "is only" : "are only", columns);
  return static_cast<size_t>(number == 0 ? columns - 1 : number - 1);
}

// Whether the rows are rather sentences, with a tag for each of their words in another column.
bool has_sentences_as_rows(const TableSentence& table, size_t words) {
  const auto count = [](const std::string& cell) { return between_spaces(cell).size(); };
  const std::vector<std::string>& rows = table.columns[words];
  const auto longer =
      std::ranges::count_if(rows, [&](const std::string& row) { return count(row) > 1; });
  if (rows.size() < 2 || 2 * longer <= std::ssize(rows)) return false;
  return std::ranges::any_of(table.columns, [&](const std::vector<std::string>& column) {
    return &column != &rows && std::ranges::equal(column, rows, {}, count, count);
  });
}

void take_columns(TableSentence& table, const TaggedForm& form, TaggedSentence& sentence) {
  const size_t words = place_of(table, form.word_column, "word"),
               tags = place_of(table, form.tag_column, "tag");
  if (words == tags) throw Error("expected a word and a tag, got one column for both");
  if (!form.has_lines() && has_sentences_as_rows(table, words))
    throw Error(
        "expected a word and its tag a line, got a sentence and its tags: see --form lines");
  if (form.class_column > 0)
    sentence.label =
        label_of(table.columns[place_of(table, form.class_column, "class")], form.has_lines());
  sentence.words = std::move(table.columns[words]);
  sentence.tags = std::move(table.columns[tags]);
  check_filled(sentence.words, "word");
  check_filled(sentence.tags, "tag");
  if (sentence.words.size() != sentence.tags.size())
    throw Error("expected as many tags as words, got {} and {}", sentence.tags.size(),
                sentence.words.size());
}

}  // namespace

void check_filled(const std::vector<std::string>& column, std::string_view what) {
  if (std::ranges::find(column, std::string()) != column.end())
    throw Error("expected a {}, got an empty column", what);
}

std::string label_of(const std::vector<std::string>& column, bool has_lines) {
  std::string label;
  if (has_lines) {
    for (const std::string& word : column) label += (label.empty() ? "" : " ") + word;
  } else if (!column.empty()) {
    label = column.front();
  }
  if (label.empty()) throw Error("expected a class, got an empty column");
  const auto other = std::ranges::find_if(
      column, [&](const std::string& one) { return !has_lines && one != label; });
  if (other != column.end())
    throw Error("expected one class for a sentence, got '{}' and '{}'", label, *other);
  return label;
}

std::vector<std::string> tagged_form_names() { return {"columns", "lines"}; }

std::vector<std::string_view> columns_of(std::string_view line, const TaggedForm& form) {
  const bool has_tabs = form.has_lines() || line.find('\t') != std::string_view::npos;
  return has_tabs ? between_tabs(line) : between_spaces(line);
}

bool is_between_sentences(std::string_view line) {
  const std::string_view text = trimmed(line);
  return text.empty() || text.substr(0, text.find_first_of(kSpaces)) == kBoundary;
}

std::vector<std::string> words_of(std::string_view column) {
  const std::vector<std::string_view> parts = between_spaces(column);
  return {parts.begin(), parts.end()};
}

std::string_view column_at(std::span<const std::string_view> columns, int64_t number,
                           std::string_view what) {
  if (number > std::ssize(columns))
    throw Error("expected the {} in column {}, but the line has {}", what, number, columns.size());
  return columns[static_cast<size_t>(number - 1)];
}

TableReader::TableReader(const std::filesystem::path& path, const TaggedForm& form)
    : form_(form), reader_(path) {}

bool TableReader::next(TableSentence& sentence) {
  sentence.columns.clear();
  return form_.has_lines() ? next_line(sentence) : next_rows(sentence);
}

void TableReader::check_number(size_t columns) {
  if (number_ == 0) {
    number_ = columns;
    first_line_ = reader_.line_number();
  }
  if (columns != number_)
    throw Error("'{}', line {}: expected {} as in line {}, got {}", reader_.name(),
                reader_.line_number(), counted(number_, "column"), first_line_, columns);
}

void TableReader::add_row(std::string_view line, TableSentence& sentence) {
  const std::vector<std::string_view> columns = columns_of(line, form_);
  check_number(columns.size());
  if (sentence.columns.empty()) {
    sentence.columns.resize(columns.size());
    sentence.line = reader_.line_number();
  }
  for (size_t c = 0; c < columns.size(); ++c) sentence.columns[c].emplace_back(columns[c]);
}

bool TableReader::next_rows(TableSentence& sentence) {
  for (std::string line; reader_.next(line);) {
    if (!is_between_sentences(line)) {
      add_row(line, sentence);
    } else if (!sentence.columns.empty()) {
      return true;
    }
  }
  return !sentence.columns.empty();
}

bool TableReader::next_line(TableSentence& sentence) {
  std::string line;
  if (!reader_.next(line)) return false;
  sentence.line = reader_.line_number();
  if (line.empty()) return true;
  const std::vector<std::string_view> columns = columns_of(line, form_);
  check_number(columns.size());
  for (const std::string_view column : columns) sentence.columns.push_back(words_of(column));
  return true;
}

bool TaggedReader::next(TaggedSentence& sentence) {
  TableSentence table;
  if (!table_.next(table)) return false;
  sentence = {table.line, {}, {}, {}};
  if (table.columns.empty()) return true;
  try {
    take_columns(table, form_, sentence);
  } catch (const Error& error) {
    throw Error("'{}', line {}: {}", table_.name(), table.line, error.what());
  }
  return true;
}

}  // namespace alinea
