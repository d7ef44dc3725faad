#include "metrics/edit_distance.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <tuple>

#include "metrics/whitespace.h"
#include "support/counted.h"
#include "support/error.h"
#include "support/utf8.h"

namespace alinea {

namespace {

// The best way to a cell of the table, by its errors, then by those that are no substitutions.
struct Path {
  EditCounts counts;
  auto cost() const { return std::tuple(counts.errors(), counts.insertions + counts.deletions); }
};

Path better(const Path& a, const Path& b) { return b.cost() < a.cost() ? b : a; }

// A line with one blank between its words.
std::vector<std::string_view> characters_of(std::span<const std::string_view> words) {
  std::vector<std::string_view> characters;
  for (const std::string_view word : words) {
    if (!characters.empty()) characters.emplace_back(" ");
    const std::vector<std::string_view> letters = code_points(word);
    characters.insert(characters.end(), letters.begin(), letters.end());
  }
  return characters;
}

// Errors where there is nothing to say are infinitely many.
double percentage(int64_t part, int64_t whole) {
  if (part == 0) return 0;
  if (whole == 0) return std::numeric_limits<double>::infinity();
  return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string rate(const char* name, const char* units, const EditCounts& counts) {
  return fmt::format("{} = {:.2f}% ({} of {} {}: {} substituted, {} deleted, {} inserted)", name,
                     percentage(counts.errors(), counts.reference()), counts.errors(),
                     counts.reference(), units, counts.substitutions, counts.deletions,
                     counts.insertions);
}

// The errors against the closest reference, of which there are several.
EditCounts least(std::span<const EditCounts> counts) {
  return *std::ranges::min_element(
      counts, {}, [](const EditCounts& one) { return percentage(one.errors(), one.reference()); });
}

}  // namespace

EditCounts& EditCounts::operator+=(const EditCounts& other) {
  correct += other.correct;
  substitutions += other.substitutions;
  deletions += other.deletions;
  insertions += other.insertions;
  return *this;
}

EditCounts edit_counts(std::span<const std::string_view> hypothesis,
                       std::span<const std::string_view> reference) {
  constexpr size_t kMostCells = size_t{1} << 32;
  if (hypothesis.size() > kMostCells / (reference.size() + 1))
    throw Error("lines of {} and {} words or characters are too long to count their errors",
                hypothesis.size(), reference.size());
  std::vector<Path> row(reference.size() + 1);
  for (size_t r = 1; r < row.size(); ++r) {
    row[r] = row[r - 1];
    ++row[r].counts.deletions;
  }
  for (const std::string_view word : hypothesis) {
    Path diagonal = row[0];
    ++row[0].counts.insertions;
    for (size_t r = 1; r < row.size(); ++r) {
      Path matched = diagonal, inserted = row[r], deleted = row[r - 1];
      ++(word == reference[r - 1] ? matched.counts.correct : matched.counts.substitutions);
      ++inserted.counts.insertions;
      ++deleted.counts.deletions;
      diagonal = row[r];
      row[r] = better(better(matched, deleted), inserted);
    }
  }
  return row.back().counts;
}

ErrorRates error_rates(std::span<const std::string> hypotheses, const References& references) {
  check_segments(hypotheses, references);
  ErrorRates rates;
  for (size_t i = 0; i < hypotheses.size(); ++i) {
    const std::vector<std::string_view> words = split_words(hypotheses[i]);
    std::vector<EditCounts> by_word, by_character;
    bool is_exact = false;
    for (const std::string_view reference : references_of(references, i)) {
      const std::vector<std::string_view> right = split_words(reference);
      by_word.push_back(edit_counts(words, right));
      by_character.push_back(edit_counts(characters_of(words), characters_of(right)));
      is_exact |= words == right;
    }
    rates.words += least(by_word);
    rates.characters += least(by_character);
    rates.exact += is_exact ? 1 : 0;
    ++rates.lines;
  }
  return rates;
}

std::string ErrorRates::to_string() const {
  return fmt::format("{}\n{}\nexact = {:.2f}% ({} of {})", rate("WER", "words", words),
                     rate("CER", "characters", characters), percentage(exact, lines), exact,
                     counted(lines, "line"));
}

}  // namespace alinea
