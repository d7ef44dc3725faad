#include "training/gradient_team.h"

#include <omp.h>

#include <catch2/catch.hpp>
#include <numeric>
#include <string>

#include "models/translation_model.h"
#include "support/error.h"
#include "tasks/translation_task.h"
#include "training/toy_task.h"

namespace alinea {
namespace {

class Threads {
 public:
  explicit Threads(int threads) { omp_set_num_threads(threads); }
  ~Threads() { omp_set_num_threads(before_); }

 private:
  int before_ = omp_get_max_threads();
};

Language letters(const std::string& used) {
  std::vector<std::string> tokens = {"<unk>", "<s>", "</s>"};
  for (const char letter : used) tokens.emplace_back(1, letter);
  return {make_tokenizer("char", {}), Vocabulary(std::move(tokens))};
}

// Nineteen pairs of one to seven tokens and a model of odd sizes.
struct Translating {
  static ModelOptions options(double dropout) {
    ModelOptions options;
    options.decoder = "bahdanau";
    options.embedding_size = 5;
    options.hidden_size = 6;
    options.encoder_hidden_size = 3;
    options.attention_size = 7;
    options.dropout = dropout;
    return options;
  }

  explicit Translating(double dropout)
      : languages{letters("abcd"), letters("uvwxyz")},
        model(options(dropout), languages.sizes(), ParameterStore::Gradients::kKept),
        task(model, {pairs, nothing, languages}, {.batch = {.size = 19}}) {
    for (int32_t n = 0; n < 19; ++n) {
      const std::vector<int32_t> source(static_cast<size_t>(1 + n % 7), 3 + n % 4),
          target(static_cast<size_t>(1 + n % 5), 3 + n % 6);
      pairs.add(source, target);
    }
    Random random(3);
    model.parameters().initialize(random);
  }

  // What a team of so many threads makes of batches of so many examples each.
  std::vector<float> gradients(int threads, const std::vector<int64_t>& sizes,
                               GradientTeam::Learned* learned = nullptr) {
    const Threads used(threads);
    std::vector<int64_t> examples(19);
    std::iota(examples.begin(), examples.end(), 0);
    std::vector<std::span<const int64_t>> parts;
    size_t begin = 0;
    for (const int64_t size : sizes) {
      parts.push_back(std::span(examples).subspan(begin, static_cast<size_t>(size)));
      begin += static_cast<size_t>(size);
    }
    GradientTeam team(task, /*profile=*/true);
    Random dropout(11);
    GradientTeam::Learned result;
    for (int times = 0; times < 2; ++times) result = team.sum(parts, dropout);
    if (learned != nullptr) *learned = result;
    calls = team.profile().table();
    const std::span<const float> found = model.parameters().gradients();
    return {found.begin(), found.end()};
  }

  Languages languages;
  ParallelCorpus pairs;
  ValidationData nothing;
  EncoderDecoder model;
  TranslationTask task;
  std::string calls;
};

double distance(const std::vector<float>& a, const std::vector<float>& b) {
  double difference = 0, size = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    difference += std::pow(a[i] - b[i], 2);
    size += std::pow(a[i], 2);
  }
  return std::sqrt(difference / size);
}

TEST_CASE("the gradient of a batch is the same by threads of their own, and in parts") {
  Translating translating(0);
  GradientTeam::Learned alone, shared;
  const std::vector<float> expected = translating.gradients(1, {19}, &alone);
  for (const std::vector<int64_t>& sizes : {std::vector<int64_t>{19}, {16, 3}, {3, 16}, {7, 7, 5}})
    for (const int threads : {1, 2}) {
      CAPTURE(sizes, threads);
      CHECK(distance(expected, translating.gradients(threads, sizes, &shared)) < 1e-5);
      CHECK(shared.loss == Approx(alone.loss).epsilon(1e-5));
      CHECK(shared.units == alone.units);
      CHECK(shared.norm == Approx(alone.norm).epsilon(1e-5));
    }
}

TEST_CASE("the bits depend on the number of threads alone, dropout counted") {
  Translating translating(0.4);
  const std::vector<float> one = translating.gradients(1, {19}),
                           two = translating.gradients(2, {19});
  CHECK(translating.gradients(1, {19}) == one);
  CHECK(translating.gradients(2, {19}) == two);
  CHECK(distance(one, two) > 1e-3);  // other masks
}

TEST_CASE("a batch too small for shares is worked on by all") {
  const auto calls_of_the_encoder = [](int threads, std::vector<int64_t> sizes) {
    Translating translating(0);
    translating.gradients(threads, std::move(sizes));
    const size_t row = translating.calls.find("recurrent layer");
    return std::stoi(translating.calls.substr(row + std::string("recurrent layer").size()));
  };
  const int once = calls_of_the_encoder(1, {19});
  CHECK(calls_of_the_encoder(2, {19}) == 2 * once);
  CHECK(calls_of_the_encoder(2, {15}) == once);
  CHECK(calls_of_the_encoder(2, {16, 3}) == 3 * once);
}

// Fails on one example.
class FailingTask : public ToyTask {
 public:
  FailingTask() { terms_.least_share = 1; }
  const TaskTerms& terms() const override { return terms_; }
  BatchLoss loss(Tape& tape, std::span<const int64_t> examples) const override {
    for (const int64_t example : examples)
      if (example == 2) throw Error("example {} is bad", example);
    return ToyTask::loss(tape, examples);
  }

 private:
  TaskTerms terms_ = ToyTask::terms();
};

TEST_CASE("an error in a share comes out of the team") {
  const Threads two(2);
  FailingTask task;
  GradientTeam team(task, /*profile=*/false);
  Random dropout(1);
  const std::vector<int64_t> examples = {0, 1, 2, 3};
  const std::span<const int64_t> part = examples;
  CHECK_THROWS_WITH(team.sum(std::span(&part, 1), dropout), "example 2 is bad");
}

}  // namespace
}  // namespace alinea
