// Writes classifiers by glimpses with random parameters, and what the library computes with them:
//
//   dump_glimpses FOLDER
//
// makes a folder a classifier in FOLDER: the model folder itself and
//   pictures.json            pixels [picture], labels [picture], places [step][picture] as drawn
//   expected.json            log_probabilities [picture][class]
//   gradients.safetensors    of what is minimised, for every parameter
// compare.py computes the same from docs/model.md.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "dump.h"
#include "models/picture_model.h"
#include "ops/cross_entropy.h"
#include "ops/sum.h"
#include "storage/atomic_file.h"
#include "support/random.h"

namespace alinea {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPictures = 6;

FeatureOptions features_of(int64_t channels) {
  FeatureOptions features;
  features.kind = "picture";
  features.normalization = "none";
  features.picture_height = 7;
  features.picture_width = 9;
  features.picture_channels = features.columns = channels;
  return features;
}

void dump(const fs::path& path, const GlimpseOptions& options, int64_t channels, uint64_t seed) {
  PictureModel model(features_of(channels), Labels({"a", "b", "c"}), options,
                     ParameterStore::Gradients::kKept);
  Random random(seed);
  for (float& value : model.parameters().values()) value = 1.2F * random.uniform() - 0.5F;
  model.parameters().changed();
  const ModelFolder folder(path);
  folder.create(/*overwrite=*/false);
  save_description(model, folder, nlohmann::ordered_json::object());
  folder.save_parameters(model.parameters(), Snapshot::kBest);

  std::vector<std::vector<float>> pixels(kPictures);
  std::vector<int32_t> labels;
  PictureBatch batch{model.network->sizes().picture};
  for (size_t n = 0; n < kPictures; ++n) {
    for (int64_t i = 0; i < batch.shape.values(); ++i) pixels[n].push_back(random.uniform());
    batch.pixels.push_back(pixels[n]);
    batch.seeds.push_back(random.next());
    labels.push_back(static_cast<int32_t>(n % 3));
  }
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Glimpsed glimpsed = (*model.network)(tape, batch);
  auto places = nlohmann::json::array();
  for (const std::vector<Place>& step : glimpsed.places) {
    auto of_step = nlohmann::json::array();
    for (const Place& place : step) of_step.push_back({place.y, place.x});
    places.push_back(of_step);
  }
  const std::vector<float> rewards = rewards_of(glimpsed.logits, labels);
  // The gradient will take the place of the logits.
  const std::span<float> values = arena.copy(std::span<const float>(glimpsed.logits.values()));
  ops::log_softmax({values.data(), glimpsed.logits.shape()});
  auto expected = nlohmann::json::array();
  for (size_t n = 0; n < kPictures; ++n) expected.push_back(values.subspan(3 * n, 3));
  const Variable loss = ops::cross_entropy(tape, glimpsed.logits, labels).loss;
  model.parameters().clear_gradients();
  tape.backward(ops::add_present(tape, loss, model.network->location_cost(tape, glimpsed, rewards)),
                1.0F / kPictures);
  write_file(path / "pictures.json",
             nlohmann::json({{"pixels", pixels}, {"labels", labels}, {"places", places}}).dump());
  write_file(path / "expected.json", nlohmann::json({{"log_probabilities", expected}}).dump());
  write_gradients(path / "gradients.safetensors", model.parameters());
}

void dump_all(const fs::path& folder) {
  uint64_t seed = 0;
  for (const char* locations : {"learned", "random"})
    for (const int64_t channels : {1, 3})
      for (const int64_t scales : {1, 2, 3}) {
        const GlimpseOptions options{.glimpses = 1 + scales,
                                     .size = 2 + scales % 2,
                                     .scales = scales,
                                     .hidden_size = 13,
                                     .locations = locations,
                                     .deviation = 0.4};
        ++seed;
        dump(folder / fmt::format("{:02}-{}-{}-{}", seed, locations, channels, scales), options,
             channels, seed);
      }
}

}  // namespace
}  // namespace alinea

int main(int argc, char** argv) { return alinea::dump_main(argc, argv, alinea::dump_all); }
