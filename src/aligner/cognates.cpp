#include "aligner/cognates.h"

#include <algorithm>

#include "support/utf8.h"

namespace alinea {

namespace {

constexpr size_t kFewestLetters = 4;
constexpr double kLeastRatio = 0.58;

}  // namespace

Spelling::Spelling(std::string_view word) : letters_(code_points(word)) {}

double common_subsequence_ratio(const Spelling& a, const Spelling& b) {
  const auto &rows = a.letters(), &columns = b.letters();
  if (rows.empty() && columns.empty()) return 0;
  std::vector<size_t> longest(columns.size() + 1);  // of the rows so far and the first j columns
  for (const std::string_view letter : rows) {
    size_t diagonal = 0;
    for (size_t j = 1; j < longest.size(); ++j) {
      const size_t above = longest[j];
      longest[j] = letter == columns[j - 1] ? diagonal + 1 : std::max(above, longest[j - 1]);
      diagonal = above;
    }
  }
  return static_cast<double>(longest.back()) /
         static_cast<double>(std::max(rows.size(), columns.size()));
}

bool are_cognates(const Spelling& a, const Spelling& b) {
  const size_t shorter = std::min(a.letters().size(), b.letters().size()),
               longer = std::max(a.letters().size(), b.letters().size());
  if (shorter == longer && std::ranges::equal(a.letters(), b.letters())) return true;
  return shorter >= kFewestLetters &&
         static_cast<double>(shorter) >= kLeastRatio * static_cast<double>(longer) &&
         common_subsequence_ratio(a, b) >= kLeastRatio;
}

}  // namespace alinea
