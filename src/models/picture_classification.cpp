#include "models/picture_classification.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "ops/check.h"
#include "ops/cross_entropy.h"
#include "support/random.h"

namespace alinea {

namespace {

uint64_t seed_of(std::span<const float> pixels) {
  uint64_t seed = 0;
  for (const float pixel : pixels) seed = mix(seed + std::bit_cast<uint32_t>(pixel) + 1);
  return seed;
}

// Adds what one path says of each picture.
void add_path(std::span<PictureClassification> results, const Glimpsed& glimpsed) {
  const auto classes = static_cast<size_t>(glimpsed.logits.columns());
  for (size_t n = 0; n < results.size(); ++n) {
    std::vector<double>& sums = results[n].log_probabilities;
    sums.resize(classes);
    for (size_t c = 0; c < classes; ++c)
      sums[c] += std::exp(static_cast<double>(glimpsed.logits.values()[n * classes + c]));
  }
}

void keep_path(std::span<PictureClassification> results, const Glimpsed& glimpsed) {
  for (size_t n = 0; n < results.size(); ++n) {
    PictureClassification::Path& path = results[n].paths.emplace_back();
    for (const std::vector<Place>& places : glimpsed.places) path.places.push_back(places[n]);
  }
}

// From sums of probabilities to the logarithms of their means.
void finish(PictureClassification& result, double samples) {
  std::vector<double>& sums = result.log_probabilities;
  result.label = static_cast<int32_t>(std::ranges::max_element(sums) - sums.begin());
  for (double& sum : sums) sum = std::log(sum / samples);
}

}  // namespace

void PictureSet::add(std::span<const float> pixels, int32_t label) {
  ops::check(std::ssize(pixels) == shape_.values(), "PictureSet", "the number of pixels",
             shape_.values(), std::ssize(pixels));
  pixels_.insert(pixels_.end(), pixels.begin(), pixels.end());
  labels_.push_back(label);
}

std::span<const float> PictureSet::pixels(int64_t i) const {
  const auto count = static_cast<size_t>(shape_.values());
  return std::span(pixels_).subspan(static_cast<size_t>(i) * count, count);
}

std::vector<PictureClassification> classify(const GlimpseClassifier& model,
                                            const PictureSet& pictures,
                                            std::span<const int64_t> numbers,
                                            const PictureClassificationOptions& options) {
  const int64_t samples = options.samples > 0 ? options.samples : model.options().samples;
  std::vector<PictureClassification> results(numbers.size());
  Arena arena;
  const auto most = static_cast<size_t>(options.batch_size);
  for (size_t begin = 0; begin < numbers.size(); begin += most) {
    const size_t count = std::min(most, numbers.size() - begin);
    const auto some = std::span(results).subspan(begin, count);
    PictureBatch batch{pictures.shape()};
    std::vector<uint64_t> seeds;
    for (size_t i = begin; i < begin + count; ++i) {
      batch.pixels.push_back(pictures.pixels(numbers[i]));
      seeds.push_back(seed_of(batch.pixels.back()));
    }
    std::vector<std::vector<float>> of_paths;
    for (int64_t sample = 0; sample < samples; ++sample) {
      arena.reset();
      Tape tape(arena, Tape::Mode::kInference);
      batch.seeds.clear();
      for (const uint64_t seed : seeds)
        batch.seeds.push_back(mix(seed + static_cast<uint64_t>(sample)));
      const Glimpsed glimpsed = model(tape, batch);
      ops::log_softmax({glimpsed.logits.value(), glimpsed.logits.shape()});
      add_path(some, glimpsed);
      if (!options.keep_paths) continue;
      keep_path(some, glimpsed);
      const std::span<const float> values = glimpsed.logits.values();
      of_paths.emplace_back(values.begin(), values.end());
    }
    for (PictureClassification& result : some) finish(result, static_cast<double>(samples));
    const auto classes = static_cast<size_t>(model.sizes().classes);
    for (size_t sample = 0; sample < of_paths.size(); ++sample)
      for (size_t n = 0; n < count; ++n)
        some[n].paths[sample].probability = std::exp(static_cast<double>(
            of_paths[sample][n * classes + static_cast<size_t>(some[n].label)]));
  }
  return results;
}

}  // namespace alinea
