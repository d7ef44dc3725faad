#include "support/unanswered.h"

#include <fmt/format.h>

#include <iostream>

#include "support/error.h"

namespace alinea {

void Unanswered::add(int64_t line, std::string_view reason, Place place) {
  std::cerr << fmt::format("line {}: no {}: {}\n", line, answer_, reason);
  if (count_++ == 0) first_ = line;
  if (place == Place::kEmptyLine) ++empty_lines_;
}

void Unanswered::finish() const {
  if (count_ == 0) return;
  std::string places;
  if (empty_lines_ == count_) places = "; the output has empty lines in their place";
  if (empty_lines_ > 0 && empty_lines_ < count_)
    places = fmt::format("; the output has empty lines in the place of {} of them", empty_lines_);
  throw Error("{} {} no {}, the first is line {}{}", count_,
              count_ == 1 ? "line has" : "lines have", answer_, first_, places);
}

}  // namespace alinea
