// Where the links of an alignment are wrong: its error by the words that are linked, by the length
// of sentences and by how far a link is from the diagonal.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "metrics/alignment_error.h"
#include "metrics/links.h"

namespace alinea {

// How often each word occurs in a text, and what class that makes it.
class WordClasses {
 public:
  enum class Class : uint8_t {
    kPunctuation,  // without a letter or digit
    kRare,         // occurs kRareCount times or less
    kFunction,     // one of the kFunctionWords most frequent other words
    kContent,      // every other word
  };
  static constexpr int64_t kRareCount = 5;
  static constexpr size_t kFunctionWords = 100;

  // Lines of words between blanks and tabs.
  explicit WordClasses(std::span<const std::string> lines);

  // Words that do not occur in the text are rare.
  Class operator()(std::string_view word) const;

 private:
  std::unordered_map<std::string, Class> classes_;
};

// The links of one group, found and gold.
struct AlignmentGroup {
  std::string name;
  AlignmentError error;
};

// Both sides of the sentences: their lines, and what class their words are of.
struct AlignedText {
  std::span<const std::string> source, target;
  const WordClasses &source_classes, &target_classes;
};

// The error of the links in each group, in this order:
// - by class: that of the word of the pair which comes first in WordClasses::Class;
// - by words in the source sentence: 1 to 9, 10 to 19, 20 to 29, 30 to 39, and 40 or more;
// - by |i - j S / T|, the distance of link i-j from the diagonal in words: below 1, from 1 to below
//   3, from 3 to below 6, and 6 or more.
// Throws Error that numbers the line where the sides do not have as many lines as there are
// sentences, or a link has no word.
std::vector<AlignmentGroup> alignment_breakdown(std::span<const Links> found,
                                                std::span<const GoldLinks> gold,
                                                const AlignedText& text);

}  // namespace alinea
