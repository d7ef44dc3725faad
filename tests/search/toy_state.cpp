#include "search/toy_state.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "text/vocabulary.h"

namespace alinea::testing {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

uint64_t hash(uint64_t seed, const Prefix& prefix) {
  uint64_t value = seed * 0x9E3779B97F4A7C15U + 1;
  for (const int32_t token : prefix) {
    value = (value ^ static_cast<uint64_t>(token + 7)) * 0xBF58476D1CE4E5B9U;
    value ^= value >> 29;
  }
  return value;
}

std::vector<float> tied(std::mt19937_64& random, size_t size) {
  std::vector<float> row(size);
  for (float& value : row) {
    const auto draw = random() % 7;
    value = draw == 0 ? -std::numeric_limits<float>::infinity() : -1.0F - float(draw % 3);
  }
  row[0] = -2.0F;  // never a row without a way on
  return row;
}

std::vector<float> log_softmax(const std::vector<double>& logits) {
  double sum = 0;
  for (const double logit : logits) sum += std::exp(logit);
  std::vector<float> row;
  row.reserve(logits.size());
  for (const double logit : logits) row.push_back(static_cast<float>(logit - std::log(sum)));
  return row;
}

// A row that fills the grid repeats the first row of its sentence.
bool is_filler(std::span<const Row> rows, size_t i) {
  size_t first = i;
  while (first > 0 && rows[first - 1].sentence == rows[i].sentence) --first;
  return first != i && rows[first].parent == rows[i].parent && rows[first].token == rows[i].token;
}

}  // namespace

ToyState::ToyState(ToyOptions options) : options_(std::move(options)) {
  REQUIRE(options_.seeds.size() == options_.source_lengths.size());
}

int64_t ToyState::sentences() const { return static_cast<int64_t>(options_.seeds.size()); }

int64_t ToyState::source_length(int64_t sentence) const {
  return options_.source_lengths.at(static_cast<size_t>(sentence));
}

std::vector<float> ToyState::log_probabilities(int64_t sentence, const Prefix& prefix) const {
  if (table) return table(sentence, prefix);
  std::mt19937_64 random(hash(options_.seeds.at(static_cast<size_t>(sentence)), prefix));
  const auto size = static_cast<size_t>(options_.vocabulary_size);
  if (options_.with_ties) return tied(random, size);
  std::normal_distribution<double> normal(0.0, 1.5);
  std::vector<double> logits(size);
  for (double& logit : logits) logit = normal(random);
  logits[kEnd] += options_.end_bias;
  return log_softmax(logits);
}

uint64_t ToyState::mixed(int64_t sentence, const Prefix& prefix, int64_t position) const {
  const uint64_t seed = options_.seeds.at(static_cast<size_t>(sentence));
  return (hash(seed, prefix) + static_cast<uint64_t>(position) * 101) % 9973;
}

float ToyState::attention(int64_t sentence, const Prefix& prefix, int64_t position) const {
  return static_cast<float>(mixed(sentence, prefix, position)) / 30000;
}

float ToyState::centre(int64_t sentence, const Prefix& prefix) const {
  return static_cast<float>(mixed(sentence, prefix, 3));
}

ops::Window ToyState::window(int64_t sentence, const Prefix& prefix) const {
  return {.begin = std::ssize(prefix), .end = static_cast<int64_t>(mixed(sentence, prefix, 3))};
}

StepOutput ToyState::advance(std::span<const Row> rows) {
  check_grid(rows);
  std::vector<Prefix> prefixes;
  for (const Row& row : rows) {
    check_row(row);
    prefixes.emplace_back();
    if (prefixes_.empty()) continue;
    prefixes.back() = prefixes_[static_cast<size_t>(row.parent)];
    prefixes.back().push_back(row.token);
  }
  prefixes_ = prefixes;
  previous_.assign(rows.begin(), rows.end());
  answer(rows);
  StepOutput output;
  output.log_probabilities = log_probabilities_;
  if (!options_.with_attention) return output;
  output.attention = {.alpha = attention_,
                      .heads = 1,
                      .steps = seen_.back().width,
                      .width = static_cast<int64_t>(attention_.size() / rows.size()),
                      .windows = windows_,
                      .centres = centres_};
  return output;
}

void ToyState::check_grid(std::span<const Row> rows) {
  REQUIRE_FALSE(rows.empty());
  Seen seen{.width = 0, .sentences = {}};
  for (const Row& row : rows) {
    if (seen.sentences.empty() || row.sentence != seen.sentences.back()) {
      if (!seen.sentences.empty()) REQUIRE(row.sentence > seen.sentences.back());
      seen.sentences.push_back(row.sentence);
    }
  }
  REQUIRE(rows.size() % seen.sentences.size() == 0);
  const size_t width = rows.size() / seen.sentences.size();
  for (size_t i = 0; i < rows.size(); ++i) {
    REQUIRE(rows[i].sentence == seen.sentences[i / width]);
  }
  seen.width = static_cast<int64_t>(width);
  if (seen_.empty()) {
    REQUIRE(width == static_cast<size_t>(options_.samples));
    REQUIRE(static_cast<int64_t>(seen.sentences.size()) == sentences());
  } else {
    const auto& before = seen_.back().sentences;
    REQUIRE(
        std::includes(before.begin(), before.end(), seen.sentences.begin(), seen.sentences.end()));
  }
  seen_.push_back(std::move(seen));
}

void ToyState::check_row(const Row& row) const {
  if (previous_.empty()) {
    REQUIRE(row.parent == 0);
    REQUIRE(row.token == kBegin);
    return;
  }
  REQUIRE(row.parent >= 0);
  REQUIRE(row.parent < static_cast<int64_t>(previous_.size()));
  REQUIRE(previous_[static_cast<size_t>(row.parent)].sentence == row.sentence);
  REQUIRE(row.token >= 0);
  REQUIRE(row.token < options_.vocabulary_size);
  REQUIRE(row.token != kBegin);
  REQUIRE(row.token != kEnd);
}

// What must not be used is NaN: rows that fill the grid, and attention behind the source's end.
void ToyState::answer(std::span<const Row> rows) {
  log_probabilities_.clear();
  attention_.clear();
  windows_.clear();
  centres_.clear();
  int64_t width = 1;
  for (const Row& row : rows) width = std::max(width, source_length(row.sentence) + 1);
  for (size_t i = 0; i < rows.size(); ++i) {
    const int64_t sentence = rows[i].sentence;
    auto next = log_probabilities(sentence, prefixes_[i]);
    if (seen_.size() > 1 && is_filler(rows, i)) std::fill(next.begin(), next.end(), kNaN);
    log_probabilities_.insert(log_probabilities_.end(), next.begin(), next.end());
    for (int64_t s = 0; s < width; ++s) {
      const bool is_source = s < source_length(sentence);
      attention_.push_back(is_source ? attention(sentence, prefixes_[i], s) : kNaN);
    }
    windows_.push_back(window(sentence, prefixes_[i]));
    centres_.push_back(centre(sentence, prefixes_[i]));
  }
}

}  // namespace alinea::testing
