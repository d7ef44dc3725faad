#include "metrics/classification.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "support/utf8.h"

namespace alinea {

namespace {

double ratio(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// Padded to so many characters.
std::string padded(const std::string& text, size_t width) {
  const size_t length = code_points(text).size();
  return text + std::string(width > length ? width - length : 0, ' ');
}

}  // namespace

Confusion::Confusion(int64_t classes)
    : classes_(classes), counts_(static_cast<size_t>(classes * classes)) {}

void Confusion::add(int32_t gold, int32_t given) { ++counts_.at(gold * classes_ + given); }

int64_t Confusion::examples() const {
  return std::accumulate(counts_.begin(), counts_.end(), int64_t{0});
}

double Confusion::accuracy() const {
  int64_t right = 0;
  for (int64_t c = 0; c < classes_; ++c) right += count(c, c);
  return ratio(right, examples());
}

ClassScore Confusion::score(int64_t label) const {
  ClassScore score;
  int64_t given = 0;
  for (int64_t c = 0; c < classes_; ++c) {
    score.examples += count(label, c);
    given += count(c, label);
  }
  score.precision = ratio(count(label, label), given);
  score.recall = ratio(count(label, label), score.examples);
  score.f1 = ratio(2 * count(label, label), given + score.examples);
  return score;
}

double Confusion::macro_f1() const {
  double sum = 0;
  int64_t classes = 0;
  for (int64_t c = 0; c < classes_; ++c) {
    if (score(c).examples == 0) continue;
    sum += score(c).f1;
    ++classes;
  }
  return classes == 0 ? 0 : sum / static_cast<double>(classes);
}

std::string Confusion::to_string(std::span<const std::string> labels) const {
  size_t width = std::string("class").size();
  for (const std::string& label : labels) width = std::max(width, code_points(label).size());
  std::string table = padded("class", width) + "  precision  recall      F1  examples";
  for (size_t c = 0; c < labels.size(); ++c) {
    const ClassScore s = score(static_cast<int64_t>(c));
    table += fmt::format("\n{}  {:9.4f}  {:6.4f}  {:6.4f}  {:8}", padded(labels[c], width),
                         s.precision, s.recall, s.f1, s.examples);
  }
  return table;
}

}  // namespace alinea
