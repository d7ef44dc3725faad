#include "ops/linear_chain_crf.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "ops/operation_check.h"

namespace alinea {

namespace {

constexpr int64_t kTags = 3;

// Sentences of 5, 3, 3 and 1 words.
struct Chains {
  std::vector<int64_t> first = {0, 4, 7, 10, 11}, present = {4, 3, 3, 1, 1};
  int64_t rows = 12;
  std::vector<std::vector<int64_t>> sentences = {{0, 4, 7, 10, 11}, {1, 5, 8}, {2, 6, 9}, {3}};
  std::vector<int32_t> tags = {0, 1, 2, 1, 2, 2, 0, 1, 0, 2, 1, 0};

  ops::PackedSteps steps() const { return {first, present}; }
};
const Chains kChains;

ops::ChainScores scores_of(const std::vector<Variable>& in) { return {in[0], in[1], in[2], in[3]}; }

const Computation kLoss = [](Tape& tape, const std::vector<Variable>& in) {
  return std::vector{
      ops::chain_likelihood(tape, scores_of(in), kChains.tags, kChains.steps()).loss};
};

std::vector<TestTensor> random_scores(float limit) {
  return {TestTensor({kChains.rows, kTags}, 1, -limit, limit),
          TestTensor({kTags, kTags}, 2, -limit, limit), TestTensor({kTags}, 3, -limit, limit),
          TestTensor({kTags}, 4, -limit, limit)};
}

// s(x, y) as the definition has it.
double score(std::vector<TestTensor>& in, const std::vector<int64_t>& rows,
             const std::vector<int32_t>& tags) {
  double sum = at(in[2], tags.front()) + at(in[3], tags.back());
  for (size_t t = 0; t < rows.size(); ++t) {
    sum += at(in[0], rows[t] * kTags + tags[t]);
    if (t > 0) sum += at(in[1], tags[t - 1] * kTags + tags[t]);
  }
  return sum;
}

// Every sequence of tags of that length.
std::vector<std::vector<int32_t>> all_tags(size_t length) {
  std::vector<std::vector<int32_t>> all = {{}};
  for (size_t t = 0; t < length; ++t) {
    std::vector<std::vector<int32_t>> longer;
    for (const std::vector<int32_t>& tags : all)
      for (int32_t tag = 0; tag < kTags; ++tag) {
        longer.push_back(tags);
        longer.back().push_back(tag);
      }
    all = longer;
  }
  return all;
}

std::vector<int32_t> gold(const std::vector<int64_t>& rows) {
  std::vector<int32_t> tags;
  for (const int64_t r : rows) tags.push_back(kChains.tags[r]);
  return tags;
}

double log_probability(std::vector<TestTensor>& in, const std::vector<int64_t>& rows) {
  double sum = 0;
  for (const std::vector<int32_t>& tags : all_tags(rows.size()))
    sum += std::exp(score(in, rows, tags));
  return score(in, rows, gold(rows)) - std::log(sum);
}

std::vector<Variable> on_tape(Tape& tape, std::vector<TestTensor>& in) {
  std::vector<Variable> variables;
  for (TestTensor& tensor : in) variables.push_back(tape.input(tensor.tensor()));
  return variables;
}

}  // namespace

TEST_CASE("the likelihood of a chain is that of all tag sequences, one by one") {
  for (const float limit : {1.0F, 4.0F}) {
    std::vector<TestTensor> in = random_scores(limit);
    double loss = 0;
    std::vector<double> expected;
    for (const std::vector<int64_t>& rows : kChains.sentences) {
      expected.push_back(log_probability(in, rows));
      loss -= expected.back();
    }
    check_forward(in, kLoss, {loss});
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const ops::ChainLikelihood likelihood =
        ops::chain_likelihood(tape, scores_of(on_tape(tape, in)), kChains.tags, kChains.steps());
    REQUIRE(likelihood.log_probabilities.size() == expected.size());
    for (size_t n = 0; n < expected.size(); ++n)
      CHECK(likelihood.log_probabilities[n] == Approx(expected[n]).epsilon(1e-5).margin(1e-6));
  }
}

TEST_CASE("the gradient of a chain agrees with central differences") {
  for (const float limit : {0.5F, 2.0F}) {
    std::vector<TestTensor> in = random_scores(limit);
    check_backward(in, kLoss);
  }
}

// What remains of the gradient beside the gold tags is a probability.
TEST_CASE("the gradient of a chain is what enumeration expects of every score") {
  std::vector<TestTensor> in = random_scores(2);
  std::vector<double> emissions(static_cast<size_t>(kChains.rows * kTags)),
      transitions(static_cast<size_t>(kTags * kTags));
  for (const std::vector<int64_t>& rows : kChains.sentences) {
    double all = 0;
    for (const auto& tags : all_tags(rows.size())) all += std::exp(score(in, rows, tags));
    const auto count = [&](const std::vector<int32_t>& tags, double share) {
      for (size_t t = 0; t < rows.size(); ++t) {
        emissions[rows[t] * kTags + tags[t]] += share;
        if (t > 0) transitions[tags[t - 1] * kTags + tags[t]] += share;
      }
    };
    for (const auto& tags : all_tags(rows.size()))
      count(tags, std::exp(score(in, rows, tags)) / all);
    count(gold(rows), -1);
  }
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const std::vector<Variable> variables = on_tape(tape, in);
  tape.backward(
      ops::chain_likelihood(tape, scores_of(variables), kChains.tags, kChains.steps()).loss);
  for (size_t i = 0; i < emissions.size(); ++i)
    CHECK(static_cast<double>(variables[0].gradient()[i]) == Approx(emissions[i]).margin(1e-5));
  for (size_t i = 0; i < transitions.size(); ++i)
    CHECK(static_cast<double>(variables[1].gradient()[i]) == Approx(transitions[i]).margin(1e-5));
}

TEST_CASE("the best chain is that of the highest score among all") {
  for (const float limit : {0.3F, 1.0F, 3.0F}) {
    std::vector<TestTensor> in = random_scores(limit);
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const std::vector<int32_t> best =
        ops::best_chain(scores_of(on_tape(tape, in)), kChains.steps());
    for (const std::vector<int64_t>& rows : kChains.sentences) {
      const auto all = all_tags(rows.size());
      const auto highest = std::ranges::max_element(
          all, {}, [&](const std::vector<int32_t>& tags) { return score(in, rows, tags); });
      std::vector<int32_t> found;
      for (const int64_t r : rows) found.push_back(best[r]);
      CHECK(found == *highest);
    }
  }
}

TEST_CASE("a long chain loses no precision, and far scores no exactness") {
  constexpr int64_t kLong = 5000;
  std::vector<int64_t> first, present(kLong, 1);
  for (int64_t t = 0; t < kLong; ++t) first.push_back(t);
  // Every tag sequence has the same score but for that of the last tag: p = 1 / (C^(L-1) Σ e^f).
  std::vector<float> emissions(kLong * kTags, 7.0F), transitions(kTags * kTags, -90.0F),
      start(kTags, 0), end = {0, 200, -200};
  const std::vector<int32_t> tags(kLong, 1);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const ops::ChainScores scores{tape.input({emissions.data(), {kLong, kTags}}),
                                tape.input({transitions.data(), {kTags, kTags}}),
                                tape.input({start.data(), {kTags}}),
                                tape.input({end.data(), {kTags}})};
  const ops::ChainLikelihood likelihood =
      ops::chain_likelihood(tape, scores, tags, {first, present});
  CHECK(likelihood.log_probabilities[0] == Approx(-(kLong - 1) * std::log(3.0)).epsilon(1e-5));
  tape.backward(likelihood.loss);
  for (const int64_t t : {int64_t{0}, kLong / 2, kLong - 2})
    CHECK(scores.emissions.gradient()[t * kTags] == Approx(1.0 / 3).epsilon(1e-4));
  CHECK(scores.emissions.gradient()[(kLong - 1) * kTags] == Approx(0).margin(1e-6));
}

TEST_CASE("a chain gives the same bits on one thread and on two") {
  constexpr int64_t kSteps = 21, kSentences = 37, kMany = 19;
  std::vector<int64_t> first, present;
  int64_t rows = 0;
  for (int64_t t = 0; t < kSteps; ++t) {
    first.push_back(rows);
    present.push_back(kSentences - t);
    rows += present.back();
  }
  std::vector<TestTensor> in = {TestTensor({rows, kMany}, 1), TestTensor({kMany, kMany}, 2),
                                TestTensor({kMany}, 3), TestTensor({kMany}, 4)};
  std::vector<int32_t> tags;
  for (int64_t r = 0; r < rows; ++r) tags.push_back(static_cast<int32_t>(r * 7 % kMany));
  const auto run = [&](int threads) {
    const Threads limit(threads);
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining);
    const std::vector<Variable> variables = on_tape(tape, in);
    const ops::ChainLikelihood likelihood =
        ops::chain_likelihood(tape, scores_of(variables), tags, {first, present});
    tape.backward(likelihood.loss);
    std::vector<float> bits = {likelihood.loss.value()[0]};
    for (const Variable& variable : variables)
      bits.insert(bits.end(), variable.gradient(), variable.gradient() + variable.elements());
    return bits;
  };
  CHECK(run(1) == run(2));
}

TEST_CASE("a chain refuses what does not fit") {
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  std::vector<TestTensor> in = random_scores(1);
  const ops::ChainScores scores = scores_of(on_tape(tape, in));
  const std::vector<int32_t> few = {0, 1};
  std::vector<int32_t> beyond = kChains.tags;
  beyond[3] = kTags;
  CHECK_THROWS_AS(ops::chain_likelihood(tape, scores, few, kChains.steps()), std::logic_error);
  CHECK_THROWS_AS(ops::chain_likelihood(tape, scores, beyond, kChains.steps()), std::logic_error);
  const ops::ChainScores other{scores.emissions, scores.transitions, scores.start,
                               scores.transitions};
  CHECK_THROWS_AS(ops::best_chain(other, kChains.steps()), std::logic_error);
}

}  // namespace alinea
