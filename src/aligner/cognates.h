// Words of two languages that are likely of one origin, by their letters: names, numbers, cognates.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace alinea {

// A word as its code points.
class Spelling {
 public:
  explicit Spelling(std::string_view word);

  const std::vector<std::string_view>& letters() const { return letters_; }

 private:
  std::vector<std::string_view> letters_;
};

// The longest common subsequence, divided by the length of the longer word (Melamed 1999,
// section 4.2); 0 of two empty words.
double common_subsequence_ratio(const Spelling& a, const Spelling& b);

// Equal, or both of at least four letters with a ratio of at least 0.58 (Kondrak, Marcu & Knight
// 2003, section 2).
bool are_cognates(const Spelling& a, const Spelling& b);

}  // namespace alinea
