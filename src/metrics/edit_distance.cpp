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
  Edit::Kind last = Edit::Kind::kCorrect;  // of its steps
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

// The number of the closest reference, by the errors against each.
size_t closest(std::span<const EditCounts> counts) {
  const auto least = std::ranges::min_element(
      counts, {}, [](const EditCounts& one) { return percentage(one.errors(), one.reference()); });
  return static_cast<size_t>(least - counts.begin());
}

// The best paths to the cells of each row, the first one without a word of the hypothesis, which
// `visit` sees; returns the last one.
template <typename Visit>
std::vector<Path> last_row(std::span<const std::string_view> hypothesis,
                           std::span<const std::string_view> reference, size_t most_cells,
                           Visit visit) {
  if (hypothesis.size() > most_cells / (reference.size() + 1))
    throw Error("lines of {} and {} words or characters are too long to count their errors",
                hypothesis.size(), reference.size());
  const auto deletion = [](Path path) {
    ++path.counts.deletions;
    path.last = Edit::Kind::kDeleted;
    return path;
  };
  const auto insertion = [](Path path) {
    ++path.counts.insertions;
    path.last = Edit::Kind::kInserted;
    return path;
  };
  std::vector<Path> row(reference.size() + 1);
  for (size_t r = 1; r < row.size(); ++r) row[r] = deletion(row[r - 1]);
  visit(row);
  for (const std::string_view word : hypothesis) {
    Path diagonal = row[0];
    row[0] = insertion(row[0]);
    for (size_t r = 1; r < row.size(); ++r) {
      Path matched = diagonal;
      const bool is_same = word == reference[r - 1];
      ++(is_same ? matched.counts.correct : matched.counts.substitutions);
      matched.last = is_same ? Edit::Kind::kCorrect : Edit::Kind::kSubstituted;
      diagonal = row[r];
      row[r] = better(better(matched, deletion(row[r - 1])), insertion(row[r]));
    }
    visit(row);
  }
  return row;
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
  return last_row(hypothesis, reference, size_t{1} << 32, [](std::span<const Path>) {})
      .back()
      .counts;
}

std::string_view edit_name(Edit::Kind kind) {
  constexpr std::string_view kNames[] = {"correct", "substituted", "deleted", "inserted"};
  return kNames[static_cast<size_t>(kind)];
}

std::vector<Edit> edits(std::span<const std::string_view> hypothesis,
                        std::span<const std::string_view> reference) {
  std::vector<Edit::Kind> last;  // of the paths to all cells, row by row
  last_row(hypothesis, reference, size_t{1} << 28, [&](std::span<const Path> row) {
    for (const Path& path : row) last.push_back(path.last);
  });
  std::vector<Edit> back;
  for (size_t h = hypothesis.size(), r = reference.size(); h > 0 || r > 0;) {
    Edit edit{last[h * (reference.size() + 1) + r], {}, {}};
    if (edit.kind != Edit::Kind::kInserted) edit.reference = reference[--r];
    if (edit.kind != Edit::Kind::kDeleted) edit.hypothesis = hypothesis[--h];
    back.push_back(edit);
  }
  return {back.rbegin(), back.rend()};
}

std::vector<Edit> word_edits(std::string_view hypothesis,
                             std::span<const std::string_view> references) {
  const std::vector<std::string_view> words = split_words(hypothesis);
  std::vector<EditCounts> counts;
  for (const std::string_view reference : references)
    counts.push_back(edit_counts(words, split_words(reference)));
  return edits(words, split_words(references[closest(counts)]));
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
    rates.words += by_word[closest(by_word)];
    rates.characters += by_character[closest(by_character)];
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
