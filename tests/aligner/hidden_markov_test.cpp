#include "aligner/hidden_markov.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "support/random.h"

namespace alinea {

namespace {

constexpr float kNone = 0.3F;

JumpTable odd_jumps() {
  std::vector<double> counts(static_cast<size_t>(JumpTable::size()));
  for (int64_t jump = -3; jump <= 3; ++jump)
    counts[static_cast<size_t>(JumpTable::index(jump))] =
        1.0 + static_cast<double>(jump * jump % 5);
  JumpTable jumps;
  jumps.estimate(counts);
  return jumps;
}

std::vector<float> odd_probabilities(int64_t length, int64_t steps) {
  Random random(7);
  std::vector<float> probabilities(static_cast<size_t>((length + 1) * steps));
  for (float& p : probabilities) p = 0.05F + 0.9F * random.uniform();
  return probabilities;
}

// All alignments of one pair, one by one: 0 is none.
struct Enumeration {
  int64_t length, steps;
  std::vector<float> t, transitions;
  std::vector<double> links = {};
  std::vector<double> jumps = std::vector<double>(static_cast<size_t>(JumpTable::size()));
  double sum = 0;
  std::vector<int64_t> chosen = {};

  void visit(int64_t before, double p) {
    const auto j = std::ssize(chosen);
    if (j == steps) {
      count(p);
      return;
    }
    const float* row = &t[static_cast<size_t>(j * (length + 1))];
    for (int64_t i = 0; i <= length; ++i) {
      chosen.push_back(i);
      const double jump = i == 0 ? static_cast<double>(kNone)
                                 : static_cast<double>(transitions[before * length + i - 1]);
      visit(i == 0 ? before : i, p * jump * static_cast<double>(row[i]));
      chosen.pop_back();
    }
  }

  void count(double p) {
    sum += p;
    links.resize(t.size());
    int64_t before = 0;
    for (int64_t j = 0; j < steps; ++j) {
      links[static_cast<size_t>(j * (length + 1) + chosen[j])] += p;
      if (chosen[j] == 0) continue;
      jumps[static_cast<size_t>(JumpTable::index(chosen[j] - before))] += p;
      before = chosen[j];
    }
  }
};

}  // namespace

TEST_CASE("transitions sum to what the empty word leaves") {
  const std::vector<float> rows = odd_jumps().transitions(5, kNone);
  REQUIRE(rows.size() == 30);
  for (size_t from = 0; from < 6; ++from) {
    float sum = 0;
    for (size_t i = 0; i < 5; ++i) sum += rows[from * 5 + i];
    CHECK(sum == Approx(1 - kNone));
  }
}

TEST_CASE("posteriors of the hidden Markov model are those of all alignments") {
  const auto [length, steps] =
      GENERATE(table<int64_t, int64_t>({{1, 1}, {1, 3}, {3, 1}, {3, 4}, {4, 3}}));
  const std::vector<float> t = odd_probabilities(length, steps);
  const JumpTable jumps = odd_jumps();
  Enumeration all{length, steps, t, jumps.transitions(length, kNone)};
  all.visit(0, 1);
  HiddenMarkovModel model(jumps, kNone);
  std::vector<double> counts(static_cast<size_t>(JumpTable::size()));
  const PairPosteriors found = model.posteriors(t, length, counts);
  CHECK(found.log_probability == Approx(std::log(all.sum)).epsilon(1e-5));
  REQUIRE(found.links.size() == t.size());
  for (size_t i = 0; i < t.size(); ++i)
    CHECK(found.links[i] == Approx(all.links[i] / all.sum).margin(1e-5));
  for (size_t i = 0; i < counts.size(); ++i)
    CHECK(counts[i] == Approx(all.jumps[i] / all.sum).margin(1e-5));
}

TEST_CASE("a long pair of improbable words keeps its posteriors") {
  const int64_t length = 70, steps = 300;
  std::vector<float> t = odd_probabilities(length, steps);
  for (float& p : t) p *= 1e-12F;
  HiddenMarkovModel model(odd_jumps(), kNone);
  const PairPosteriors found = model.posteriors(t, length, {});
  CHECK(std::isfinite(found.log_probability));
  for (int64_t j = 0; j < steps; ++j) {
    float sum = 0;
    for (int64_t i = 0; i <= length; ++i) sum += found.link(j, i, length);
    CHECK(sum == Approx(1).margin(1e-3));
  }
}

TEST_CASE("model 1 has all positions alike probable") {
  const std::vector<float> t = {0.5F, 0.25F, 0.125F, 0.1F, 0.2F, 0.3F};
  const PairPosteriors found = model_1_posteriors(t, 2, 0.2F);
  const double first = 0.2 * 0.5 + 0.4 * 0.25 + 0.4 * 0.125, second = 0.02 + 0.08 + 0.12;
  CHECK(found.links[0] == Approx(0.2 * 0.5 / first));
  CHECK(found.links[2] == Approx(0.4 * 0.125 / first));
  CHECK(found.links[4] == Approx(0.08 / second));
  CHECK(found.log_probability == Approx(std::log(first) + std::log(second)));
}

}  // namespace alinea
