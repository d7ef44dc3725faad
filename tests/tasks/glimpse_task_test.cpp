// What is learned from pictures by glimpses, where something is to be found in them.
#include "tasks/glimpse_task.h"

#include <catch2/catch.hpp>

#include "models/near.h"
#include "ops/engine.h"
#include "training/optimizer.h"

namespace alinea {
namespace {

constexpr PictureSize kShape{16, 16, 1};

// A mark of one of two forms in the lower right corner of noise.
PictureSet marked_pictures(int64_t count, uint64_t seed) {
  PictureSet pictures(kShape);
  Random random(seed);
  for (int64_t i = 0; i < count; ++i) {
    std::vector<float> pixels(256);
    for (float& pixel : pixels) pixel = 0.3F * random.uniform();
    for (size_t k = 0; k < 4; ++k)
      for (size_t line = 1; line < 4; line += 2)
        pixels[i % 2 == 0 ? (11 + k) * 16 + 10 + line : (10 + line) * 16 + 11 + k] = 1;
    pictures.add(pixels, static_cast<int32_t>(i % 2));
  }
  return pictures;
}

struct Trained {
  Validation validation;
  double distance = 0;  // of the last glimpse from the mark, as drawn
};

Trained train(const std::string& locations) {
  const PictureSet training = marked_pictures(200, 1), valid = marked_pictures(100, 2);
  const Labels labels({"lying", "standing"});
  GlimpseClassifier model({.glimpses = 3,
                           .size = 4,
                           .hidden_size = 24,
                           .locations = locations,
                           .deviation = 0.3,
                           .samples = 2},
                          {kShape, 2}, ParameterStore::Gradients::kKept);
  Random first(3), random(4);
  model.parameters().initialize(first);
  GlimpseTask task(model, {training, valid, labels}, {.batch = {.size = 20}});
  const auto optimizer =
      make_optimizer(OptimizerOptions(), std::ssize(model.parameters().values()));
  Arena arena;
  for (int64_t epoch = 0; epoch < 60; ++epoch)
    for (EpochBatches batches = task.batches(1, epoch); !batches.done();) {
      arena.reset();
      model.parameters().clear_gradients();
      Tape tape(arena, Tape::Mode::kTraining, &random);
      const BatchLoss loss = task.loss(tape, batches.next());
      tape.backward(loss.objective);
      optimizer->update(model.parameters().values(), model.parameters().gradients(), 0.005,
                        1.0 / static_cast<double>(loss.count));
      model.parameters().changed();
    }
  Group alone;
  Trained result{task.validate(alone)};
  const std::vector<int64_t> some = {0, 1, 2, 3};
  for (const PictureClassification& one : classify(model, valid, some, {.keep_paths = true}))
    for (const PictureClassification::Path& path : one.paths) {
      const Place place = inside(path.places.back());
      result.distance += static_cast<double>(std::hypot(place.y - 0.6F, place.x - 0.6F)) / 8;
    }
  return result;
}

TEST_CASE(
    "places are learned: glimpses come to where the mark is, and do better than random ones") {
  ops::set_threads(1);
  const Trained learned = train("learned"), random = train("random");
  CAPTURE(learned.validation.measures[0], random.validation.measures[0], learned.distance,
          random.distance);
  CHECK(learned.validation.measures[0] > 0.9);
  CHECK(random.validation.measures[0] < 0.9);
  CHECK(learned.distance < random.distance / 1.5);
}

TEST_CASE("what is told is the cross-entropy, of paths that the epoch and the picture decide") {
  ops::set_threads(1);
  const PictureSet pictures = marked_pictures(6, 1);
  const Labels labels({"a", "b"});
  GlimpseClassifier model({.glimpses = 2, .size = 3, .hidden_size = 6}, {kShape, 2},
                          ParameterStore::Gradients::kKept);
  Random first(3);
  model.parameters().initialize(first);
  GlimpseTask task(model, {pictures, pictures, labels}, {});
  const auto loss_of = [&](const std::vector<int64_t>& examples) {
    Random random(1);
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining, &random);
    const BatchLoss loss = task.loss(tape, examples);
    CHECK(loss.count == std::ssize(examples));
    CHECK(static_cast<double>(loss.objective.value()[0]) != near(loss.reported, 1e-3));
    return loss.reported;
  };
  const auto in_epoch = [&](uint64_t seed, int64_t epoch) {
    task.batches(seed, epoch);
    return loss_of({0, 1, 2});
  };
  const double once = in_epoch(1, 0);
  CHECK(in_epoch(1, 1) != once);
  CHECK(in_epoch(2, 0) != once);
  CHECK(in_epoch(1, 0) == once);
  CHECK(loss_of({2}) + loss_of({1, 0}) == near(once, 1e-5));  // in other parts
}

}  // namespace
}  // namespace alinea
