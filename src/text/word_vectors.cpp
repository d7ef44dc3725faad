#include "text/word_vectors.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "support/counted.h"
#include "support/error.h"
#include "text/line_reader.h"

namespace alinea {

namespace {

constexpr std::string_view kBlanks = " \t";

// Takes the next field off text; empty at the end.
std::string_view take_field(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  const std::string_view field = text.substr(0, text.find_first_of(kBlanks));
  text.remove_prefix(field.size());
  return field;
}

int64_t count_fields(std::string_view text) {
  int64_t count = 0;
  while (!take_field(text).empty()) ++count;
  return count;
}

template <typename Number>
std::optional<Number> parse(std::string_view field) {
  Number number{};
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
  if (error != std::errc() || end != field.data() + field.size()) return std::nullopt;
  return number;
}

class Reader {
 public:
  Reader(const std::filesystem::path& path, const Vocabulary& vocabulary, int64_t size)
      : lines_(path),
        vocabulary_(vocabulary),
        is_found_(static_cast<size_t>(vocabulary.size()), false) {
    vectors_.size = size;
  }

  WordVectors read() {
    if (!lines_.next(line_)) throw Error("'{}': expected word vectors, found nothing", name());
    const std::optional<int64_t> rows = read_header();
    if (!rows) {
      check_size_of_first_row();
      read_row();
    }
    while (lines_.next(line_)) read_row();
    if (const int64_t found = lines_.line_number() - 1; rows && found != *rows)
      throw Error("'{}': its first line announces {}, but it has {}: is it complete?", name(),
                  counted(*rows, "vector"), found);
    if (vectors_.ids.empty())
      throw Error(
          "'{}' has no vector for any of the {} words of the vocabulary: are its words written "
          "like those of the training text, for instance in lower case?",
          name(), vocabulary_.size());
    return std::move(vectors_);
  }

 private:
  std::string name() const { return lines_.path().string(); }

  [[noreturn]] void refuse_size(int64_t size) const {
    throw Error(
        "'{}', line 1: its vectors have {} numbers, but the embedding has {}: use another file, "
        "or embedding-size {}",
        name(), size, vectors_.size, size);
  }

  // The number of rows that the first line announces; none where it is a row itself.
  std::optional<int64_t> read_header() const {
    std::string_view rest = line_;
    const auto rows = parse<int64_t>(take_field(rest)), size = parse<int64_t>(take_field(rest));
    if (!rows || !size || *rows < 0 || *size < 1 || !take_field(rest).empty()) return std::nullopt;
    if (*size != vectors_.size) refuse_size(*size);
    return rows;
  }

  // A vector of another size would otherwise pass for one of a word with spaces.
  void check_size_of_first_row() const {
    std::string_view rest = line_;
    take_field(rest);
    int64_t numbers = 0;
    for (std::string_view field = take_field(rest); !field.empty(); field = take_field(rest)) {
      if (!parse<double>(field)) return;
      ++numbers;
    }
    if (numbers > 0 && numbers != vectors_.size) refuse_size(numbers);
  }

  // The numbers are the last fields of the line, so that spaces before them belong to the word. No
  // vocabulary has such a word, but a known word with numbers behind it is a damaged row.
  void read_row() {
    std::string_view rest = line_;
    const int64_t spaces = count_fields(rest) - 1 - vectors_.size;
    const int32_t id = vocabulary_.id(take_field(rest));
    std::string_view second = rest;
    if (spaces < 0 || (spaces > 0 && id != kUnknown && parse<double>(take_field(second))))
      throw Error("'{}', line {}: expected a word and {}, found {}", name(), lines_.line_number(),
                  counted(vectors_.size, "number"), counted(count_fields(line_), "field"));
    if (spaces > 0) {
      ++vectors_.with_spaces;
      return;
    }
    if (id == kUnknown || is_found_[static_cast<size_t>(id)]) return;
    is_found_[static_cast<size_t>(id)] = true;
    vectors_.ids.push_back(id);
    for (int64_t i = 0; i < vectors_.size; ++i) vectors_.values.push_back(number(take_field(rest)));
  }

  float number(std::string_view field) const {
    // Doubles, so that numbers too small for a float become 0.
    const auto value = parse<double>(field);
    if (!value || !std::isfinite(static_cast<float>(*value)))
      throw Error("'{}', line {}: expected a number, found '{}'", name(), lines_.line_number(),
                  field);
    return static_cast<float>(*value);
  }

  LineReader lines_;
  const Vocabulary& vocabulary_;
  std::vector<bool> is_found_;  // by id
  std::string line_;
  WordVectors vectors_;
};

}  // namespace

WordVectors read_word_vectors(const std::filesystem::path& path, const Vocabulary& vocabulary,
                              int64_t size) {
  return Reader(path, vocabulary, size).read();
}

}  // namespace alinea
