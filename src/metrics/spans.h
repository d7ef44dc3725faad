// Spans of tagged words, counted as conlleval counts them (Tjong Kim Sang & Buchholz 2000): a span
// is right where one of the same type has the same words.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace alinea {

// Words [begin, end) of a sentence.
struct Span {
  int64_t begin, end;
  std::string type;
  bool operator==(const Span&) const = default;
};

// The spans of a sentence. A tag is a letter and, after the first hyphen, a type. The rules read
// IOB1, IOB2, IOE1, IOE2, IOBES and BIOUL alike, without being told which it is:
// - B, S, U and brackets begin a span; I, E and L go on with it, or begin one where there is none
// of
//   their type or the last one ended;
// - E, L, S, U and brackets end one, and so does O.
// Words with tags that have neither letter nor type, as parts of speech, are in no span.
std::vector<Span> spans_of(std::span<const std::string> tags);

struct SpanCounts {
  int64_t gold = 0, given = 0, right = 0;

  double precision() const;
  double recall() const;
  double f1() const;  // 0 where nothing is right
  SpanCounts& operator+=(const SpanCounts& other);
};

class TagScores {
 public:
  // A sentence with as many tags of both kinds.
  void add(std::span<const std::string> gold, std::span<const std::string> given);

  int64_t words() const { return words_; }
  int64_t sentences() const { return sentences_; }
  // Shares; 0 where there is nothing.
  double accuracy() const;
  double sentences_right() const;

  // Of all types.
  SpanCounts spans() const;
  const std::map<std::string, SpanCounts>& types() const { return types_; }
  bool has_spans() const { return !types_.empty(); }

  // A line of the whole, and a table with a line for each type where there are spans; ends with no
  // line break.
  std::string to_string() const;
  // The table alone; empty without spans.
  std::string table() const;

 private:
  int64_t words_ = 0, words_right_ = 0, sentences_ = 0, sentences_right_ = 0;
  std::map<std::string, SpanCounts> types_;
};

}  // namespace alinea
