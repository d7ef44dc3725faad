// Input lines that get no answer. Each is reported when it comes and, as a rule, stands as an empty
// line in the output, so that the other lines have theirs; in the end the run has failed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace alinea {

// Why a search finds no translation.
inline constexpr std::string_view kNoNextToken =
    "the options forbid every next token, or the model gives none a probability above 0";

// Why a model that is whole gives a line no numbers.
inline constexpr std::string_view kOverflow = "the model's numbers overflow";

class Unanswered {
 public:
  // What the output has in the place of a line without an answer.
  enum class Place { kEmptyLine, kNothing };

  // answer: what is missing, "translation".
  explicit Unanswered(std::string answer) : answer_(std::move(answer)) {}

  // Says so on stderr. line: counted from 1.
  void add(int64_t line, std::string_view reason, Place place = Place::kEmptyLine);

  // Throws Error that counts them, names the first and says for how many the output has empty
  // lines, unless there are none.
  void finish() const;

 private:
  std::string answer_;
  int64_t count_ = 0;
  int64_t first_ = 0;        // line
  int64_t empty_lines_ = 0;  // in the output
};

}  // namespace alinea
