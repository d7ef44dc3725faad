// Errors of a hypothesis against a reference, by the alignment of the two with the fewest of them
// (Levenshtein 1966): what word and character error rate count.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/references.h"

namespace alinea {

struct EditCounts {
  int64_t correct = 0, substitutions = 0, deletions = 0, insertions = 0;

  int64_t errors() const { return substitutions + deletions + insertions; }
  int64_t reference() const { return correct + substitutions + deletions; }  // its length
  EditCounts& operator+=(const EditCounts& other);
  bool operator==(const EditCounts&) const = default;
};

// Of several alignments with as few errors that with the most substitutions, and so with the fewest
// insertions and deletions.
EditCounts edit_counts(std::span<const std::string_view> hypothesis,
                       std::span<const std::string_view> reference);

// A step of that alignment: a word of each side, or of one.
struct Edit {
  enum class Kind : uint8_t { kCorrect, kSubstituted, kDeleted, kInserted };
  Kind kind;
  std::string_view reference, hypothesis;  // empty where the side has none
};
std::string_view edit_name(Edit::Kind kind);  // "correct", "substituted", "deleted", "inserted"

// In the order of the words. Throws Error for lines that are too long.
std::vector<Edit> edits(std::span<const std::string_view> hypothesis,
                        std::span<const std::string_view> reference);
// Of the words of a line and of its reference that has the smallest word error rate.
std::vector<Edit> word_edits(std::string_view hypothesis,
                             std::span<const std::string_view> references);

// Of all lines together. Of several references of a line the closest one counts, and an empty one
// is none.
struct ErrorRates {
  EditCounts words, characters;  // characters: code points, a blank between words
  int64_t lines = 0, exact = 0;  // lines that are the same as a reference, white space apart

  // "WER = 12.50% (1 of 8 words: 1 substituted, 0 deleted, 0 inserted)", the same for characters,
  // and "exact = ...".
  std::string to_string() const;
};

// Throws Error as check_segments does, and for lines that are too long to compare.
ErrorRates error_rates(std::span<const std::string> hypotheses, const References& references);

}  // namespace alinea
