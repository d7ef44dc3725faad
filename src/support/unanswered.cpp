#include "support/unanswered.h"

#include <fmt/format.h>

#include <iostream>

#include "support/error.h"

namespace alinea {

void Unanswered::add(int64_t line, std::string_view reason) {
  std::cerr << fmt::format("line {}: no {}: {}\n", line, answer_, reason);
  if (count_++ == 0) first_ = line;
}

void Unanswered::finish() const {
  if (count_ == 0) return;
  throw Error("{} {} no {}, the first is line {}; the output has empty lines in their place",
              count_, count_ == 1 ? "line has" : "lines have", answer_, first_);
}

}  // namespace alinea
