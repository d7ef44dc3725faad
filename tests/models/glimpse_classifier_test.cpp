// Glimpses: what they see, REINFORCE against the exact gradient, and paths.
#include "models/glimpse_classifier.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <numeric>

#include "autograd/gradient_check.h"
#include "models/near.h"
#include "models/picture_classification.h"
#include "ops/cross_entropy.h"
#include "ops/engine.h"
#include "support/random.h"

namespace alinea {
namespace {

constexpr PictureSize kShape{7, 9, 1};
constexpr int64_t kClasses = 3;

PictureSet random_pictures(int64_t count) {
  PictureSet pictures(kShape);
  Random random(4);
  std::vector<float> pixels(static_cast<size_t>(kShape.values()));
  for (int64_t i = 0; i < count; ++i) {
    for (float& pixel : pixels) pixel = random.uniform();
    pictures.add(pixels, static_cast<int32_t>(i % kClasses));
  }
  return pictures;
}

std::unique_ptr<GlimpseClassifier> random_classifier(const GlimpseOptions& options,
                                                     uint64_t seed = 3) {
  auto model = std::make_unique<GlimpseClassifier>(
      options, GlimpseClassifier::Sizes{kShape, kClasses}, ParameterStore::Gradients::kKept);
  Random random(seed);
  for (float& value : model->parameters().values()) value = 1.2F * random.uniform() - 0.55F;
  model->parameters().changed();
  return model;
}

GlimpseOptions tiny(const std::string& locations, int64_t glimpses = 3) {
  return {.glimpses = glimpses,
          .size = 3,
          .scales = 2,
          .hidden_size = 10,
          .locations = locations,
          .deviation = 0.4,
          .samples = 5};
}

PictureBatch batch_of(const PictureSet& pictures, std::span<const int64_t> numbers) {
  PictureBatch batch{pictures.shape()};
  for (const int64_t i : numbers) {
    batch.pixels.push_back(pictures.pixels(i));
    batch.seeds.push_back(mix(static_cast<uint64_t>(i)));
  }
  return batch;
}

TEST_CASE("a retina sees squares around a place, in as many pixels, and nothing beyond the edges") {
  const PictureSize shape{4, 5, 2};
  std::vector<float> pixels(40);
  std::iota(pixels.begin(), pixels.end(), 1.0F);
  const Retina retina(2, 2);
  REQUIRE(retina.columns(2) == 16);
  std::vector<float> seen(16);
  retina.look(shape, pixels, {0, -0.2F}, seen);  // around the corner of rows 1, 2 and columns 1, 2
  const auto pixel = [&](int64_t y, int64_t x, int64_t c) {
    return y < 0 || x < 0 || y >= 4 || x >= 5 ? 0
                                              : pixels[static_cast<size_t>((y * 5 + x) * 2 + c)];
  };
  for (int64_t i = 0; i < 8; ++i) {
    const int64_t y = i / 4, x = i / 2 % 2, c = i % 2;
    CHECK(seen[static_cast<size_t>(i)] == pixel(1 + y, 1 + x, c));
    float mean = 0;
    for (const int64_t dy : {0, 1})
      for (const int64_t dx : {0, 1}) mean += pixel(2 * y + dy, 2 * x + dx, c) / 4;
    CHECK(static_cast<double>(seen[static_cast<size_t>(8 + i)]) ==
          near(static_cast<double>(mean), 1e-5));
  }
  retina.look(shape, pixels, {-1, 1}, seen);  // the upper right corner
  CHECK(seen == std::vector<float>{0, 0, 0, 0, pixel(0, 4, 0), pixel(0, 4, 1), 0, 0,  //
                                   0, 0, 0, 0, seen[12], seen[13], 0, 0});
  CHECK(static_cast<double>(seen[12]) == near(static_cast<double>(pixel(0, 3, 0) + pixel(0, 4, 0) +
                                                                  pixel(1, 3, 0) + pixel(1, 4, 0)) /
                                                  4,
                                              1e-5));
}

TEST_CASE("the gradient of the cross-entropy agrees with central differences along given paths") {
  ops::set_threads(1);
  const auto model = random_classifier(tiny("random"));
  const PictureSet pictures = random_pictures(4);
  const std::vector<int64_t> numbers = {0, 1, 2, 3};
  const std::vector<int32_t> labels = {0, 1, 2, 0};
  Arena arena;
  const auto loss = [&](bool backward) {
    arena.reset();
    Tape tape(arena, Tape::Mode::kTraining);
    const ops::CrossEntropy entropy =
        ops::cross_entropy(tape, (*model)(tape, batch_of(pictures, numbers)).logits, labels);
    double value = 0;
    for (const float log_p : entropy.log_probabilities) value -= static_cast<double>(log_p);
    if (backward) tape.backward(entropy.loss);
    return value;
  };
  check_parameter_gradients(model->parameters(), loss, /*samples=*/4, {5e-4F, 4e-3});
}

// A picture and a class that it is given along many paths, but not along all.
struct Undecided {
  int64_t picture = 0;
  int32_t label = 0;
};

Undecided undecided(const GlimpseClassifier& model, const PictureSet& pictures) {
  for (int64_t picture = 0; picture < pictures.size(); ++picture) {
    int64_t given[kClasses] = {};
    PictureBatch batch{kShape};
    for (uint64_t seed = 0; seed < 200; ++seed) {
      batch.pixels.push_back(pictures.pixels(picture));
      batch.seeds.push_back(mix(seed));
    }
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const Glimpsed glimpsed = model(tape, batch);
    for (int32_t label = 0; label < kClasses; ++label) {
      for (const float reward : rewards_of(glimpsed.logits, std::vector<int32_t>(200, label)))
        given[label] += reward > 0 ? 1 : 0;
      if (given[label] > 60 && given[label] < 140) return {picture, label};
    }
  }
  FAIL("no picture is undecided");
  return {};
}

// One glimpse of a Gaussian around the bias: whether the class is right depends on the place alone.
TEST_CASE("REINFORCE has the gradient of the expected reward by the mean of the place") {
  ops::set_threads(1);
  const PictureSet pictures = random_pictures(12);
  const auto model = random_classifier(tiny("learned", 1), 2);
  const auto [picture, label] = undecided(*model, pictures);
  GlimpseOptions narrow = tiny("learned", 1);
  narrow.deviation = 1e-6;
  const auto pinned = random_classifier(narrow, 2);
  const std::span<float> bias = model->parameters().at("location.bias").value(),
                         pin = pinned->parameters().at("location.bias").value();
  const double sigma = model->options().deviation;
  Arena arena;
  double exact[2] = {}, mass = 0, expected = 0;
  constexpr int kCells = 120;
  const double side = 10 * sigma / kCells;
  for (int i = 0; i < kCells * kCells; ++i) {
    const double dy = (i / kCells + 0.5) * side - 5 * sigma,
                 dx = (i % kCells + 0.5) * side - 5 * sigma;
    pin[0] = bias[0] + static_cast<float>(dy);
    pin[1] = bias[1] + static_cast<float>(dx);
    arena.reset();
    Tape tape(arena, Tape::Mode::kInference);
    const double reward = static_cast<double>(rewards_of(
        (*pinned)(tape, batch_of(pictures, std::vector{picture})).logits, std::vector{label})[0]);
    const double density = side * side * std::exp(-(dy * dy + dx * dx) / (2 * sigma * sigma)) /
                           (2 * std::numbers::pi * sigma * sigma);
    mass += density;
    expected += density * reward;
    exact[0] -= density * reward * dy / (sigma * sigma);
    exact[1] -= density * reward * dx / (sigma * sigma);
  }
  CHECK(mass == near(1, 1e-4));
  CHECK(expected > 0.1);
  CHECK(expected < 0.9);

  constexpr int kBatches = 500, kCopies = 200;
  double sums[2] = {}, squares[2] = {};
  Random random(8);
  for (int i = 0; i < kBatches; ++i) {
    PictureBatch batch{kShape};
    for (int n = 0; n < kCopies; ++n) {
      batch.pixels.push_back(pictures.pixels(picture));
      batch.seeds.push_back(random.next());
    }
    arena.reset();
    model->parameters().clear_gradients();
    Tape tape(arena, Tape::Mode::kTraining);
    const Glimpsed glimpsed = (*model)(tape, batch);
    const std::vector<int32_t> labels(kCopies, label);
    tape.backward(model->location_cost(tape, glimpsed, rewards_of(glimpsed.logits, labels)),
                  1.0F / kCopies);
    const std::span<const float> gradient = model->parameters().at("location.bias").gradient();
    for (size_t k = 0; k < 2; ++k) {
      sums[k] += static_cast<double>(gradient[k]) / kBatches;
      squares[k] += std::pow(static_cast<double>(gradient[k]), 2) / kBatches;
    }
  }
  for (size_t k = 0; k < 2; ++k) {
    const double error = std::sqrt((squares[k] - sums[k] * sums[k]) / (kBatches - 1));
    CAPTURE(k, exact[k], sums[k], error);
    CHECK(std::abs(sums[k] - exact[k]) <= 4 * error + 2e-3);
    CHECK(error < 0.02);
  }
}

TEST_CASE("the baseline learns the reward, and neither it nor the places reach the core") {
  ops::set_threads(1);
  const auto model = random_classifier(tiny("learned"));
  const PictureSet pictures = random_pictures(5);
  const std::vector<int64_t> numbers = {0, 1, 2, 3, 4};
  const std::vector<float> rewards = {1, 0, 0, 1, 1};
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Glimpsed glimpsed = (*model)(tape, batch_of(pictures, numbers));
  tape.backward(model->location_cost(tape, glimpsed, rewards));
  double expected = 0;
  for (const Variable& baselines : glimpsed.baselines)
    for (size_t n = 0; n < rewards.size(); ++n)
      expected += 2 * static_cast<double>(baselines.value()[n] - rewards[n]);
  CHECK(static_cast<double>(model->parameters().at("baseline.bias").gradient()[0]) ==
        near(expected, 1e-4));
  for (const Parameter& parameter : model->parameters().parameters()) {
    INFO(parameter.name());
    const bool is_learned =
        parameter.name().starts_with("location") || parameter.name().starts_with("baseline");
    const auto gradient = parameter.gradient();
    CHECK(std::ranges::any_of(gradient, [](float value) { return value != 0; }) == is_learned);
  }
}

TEST_CASE("a picture is looked at and classified as it is alone, along paths of its own") {
  ops::set_threads(1);
  const std::string locations = GENERATE("learned", "random");
  const auto model = random_classifier(tiny(locations));
  const PictureSet pictures = random_pictures(6);
  const std::vector<int64_t> all = {0, 1, 2, 3, 4, 5};
  const auto together = classify(*model, pictures, all, {.keep_paths = true});
  const auto again = classify(*model, pictures, all, {.batch_size = 4, .keep_paths = true});
  for (const int64_t i : all) {
    const PictureClassification& one = together[static_cast<size_t>(i)];
    const auto alone = classify(*model, pictures, std::span(&i, 1), {.keep_paths = true})[0];
    REQUIRE(one.paths.size() == 5);
    double sum = 0, of_label = 0;
    for (size_t c = 0; c < 3; ++c) {
      CHECK(one.log_probabilities[c] == near(alone.log_probabilities[c], 1e-5));
      sum += std::exp(one.log_probabilities[c]);
    }
    CHECK(sum == near(1, 1e-5));
    for (size_t s = 0; s < 5; ++s) {
      of_label += one.paths[s].probability / 5;
      REQUIRE(one.paths[s].places.size() == 3);
      CHECK(one.paths[s].places[2].x == again[static_cast<size_t>(i)].paths[s].places[2].x);
      if (locations == "random") CHECK(std::abs(one.paths[s].places[0].y) <= 1);
    }
    CHECK(of_label == near(std::exp(one.log_probabilities[static_cast<size_t>(one.label)]), 1e-5));
    CHECK(one.paths[0].places[0].y != one.paths[1].places[0].y);
  }
  CHECK(together[0].paths[0].places[1].x != together[1].paths[0].places[1].x);
}

TEST_CASE("with random places there is nothing to learn about them") {
  const auto model = random_classifier(tiny("random"));
  for (const Parameter& parameter : model->parameters().parameters())
    CHECK_FALSE(
        (parameter.name().starts_with("location") || parameter.name().starts_with("baseline")));
  const PictureSet pictures = random_pictures(1);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Glimpsed glimpsed = (*model)(tape, batch_of(pictures, std::vector<int64_t>{0}));
  CHECK_FALSE(model->location_cost(tape, glimpsed, std::vector<float>{1}));
}

}  // namespace
}  // namespace alinea
