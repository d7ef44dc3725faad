#include "models/glimpse_classifier.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ops/activation.h"
#include "ops/sum.h"
#include "ops/weighted_squares.h"
#include "support/random.h"

namespace alinea {

namespace {

// Two numbers of a seed and a step, uniform in [0, 1).
struct Uniform {
  double first, second;
};

Uniform uniform(uint64_t seed, size_t step) {
  const auto number = [&](uint64_t i) {
    return static_cast<double>(mix(seed + mix(2 * step + i + 1)) >> 11) * 0x1p-53;
  };
  return {number(0), number(1)};
}

// Two independent numbers of the standard normal distribution (Box & Muller 1958).
Place standard_normal(const Uniform& u) {
  const double radius = std::sqrt(-2 * std::log(1 - u.first));
  const double angle = 2 * std::numbers::pi * u.second;
  return {static_cast<float>(radius * std::cos(angle)),
          static_cast<float>(radius * std::sin(angle))};
}

// The value without its way back.
Variable detached(Tape& tape, const Variable& x) { return tape.constant({x.value(), x.shape()}); }

Variable relu(Tape& tape, const Variable& x) { return ops::relu_in_place(tape, x, 0); }

}  // namespace

GlimpseClassifier::GlimpseClassifier(const GlimpseOptions& options, const Sizes& sizes,
                                     ParameterStore::Gradients gradients)
    : options_(options),
      sizes_(sizes),
      retina_(options.size, options.scales),
      patch_(store_, "glimpse.patch", retina_.columns(sizes.picture.channels),
             options.hidden_size / 2),
      place_(store_, "glimpse.place", 2, options.hidden_size / 2),
      patch_joint_(store_, "glimpse.patch.joint", options.hidden_size / 2, options.hidden_size),
      place_joint_(store_, "glimpse.place.joint", options.hidden_size / 2, options.hidden_size,
                   Bias::kNone),
      core_glimpse_(store_, "core.glimpse", options.hidden_size, options.hidden_size),
      core_state_(store_, "core.state", options.hidden_size, options.hidden_size, Bias::kNone),
      location_(options.has_learned_locations()
                    ? std::optional<Linear>(Linear(store_, "location", options.hidden_size, 2))
                    : std::nullopt),
      baseline_(options.has_learned_locations()
                    ? std::optional<Linear>(Linear(store_, "baseline", options.hidden_size, 1))
                    : std::nullopt),
      output_(store_, "output", options.hidden_size, sizes.classes) {
  store_.allocate(gradients);
}

// g_t of the places, [N, H].
Variable GlimpseClassifier::see(Tape& tape, const PictureBatch& pictures,
                                std::span<const Place> places) const {
  const auto count = std::ssize(places);
  const int64_t columns = retina_.columns(pictures.shape.channels);
  const Variable patches = tape.zeros({count, columns}), where = tape.zeros({count, 2});
  for (int64_t n = 0; n < count; ++n) {
    const Place place = inside(places[static_cast<size_t>(n)]);
    retina_.look(pictures.shape, pictures.pixels[static_cast<size_t>(n)], place,
                 {patches.value() + n * columns, static_cast<size_t>(columns)});
    where.value()[2 * n] = place.y;
    where.value()[2 * n + 1] = place.x;
  }
  const Variable what = relu(tape, patch_(tape, patches)), there = relu(tape, place_(tape, where));
  return relu(tape, ops::add(tape, patch_joint_(tape, what), place_joint_(tape, there)));
}

Glimpsed GlimpseClassifier::operator()(Tape& tape, const PictureBatch& pictures) const {
  const auto count = pictures.pixels.size();
  Glimpsed result;
  Variable h = tape.zeros({std::ssize(pictures.pixels), options_.hidden_size});
  const auto deviation = static_cast<float>(options_.deviation);
  for (size_t t = 0; t < static_cast<size_t>(options_.glimpses); ++t) {
    std::vector<Place>& places = result.places.emplace_back(count);
    if (location_) {
      const Variable state = detached(tape, h);
      result.means.push_back((*location_)(tape, state));
      result.baselines.push_back((*baseline_)(tape, state));
    }
    for (size_t n = 0; n < count; ++n) {
      const Uniform u = uniform(pictures.seeds[n], t);
      places[n] = {static_cast<float>(2 * u.first - 1), static_cast<float>(2 * u.second - 1)};
      if (!location_) continue;
      const float* mean = result.means.back().value() + 2 * n;
      const Place noise = standard_normal(u);
      places[n] = {mean[0] + deviation * noise.y, mean[1] + deviation * noise.x};
    }
    const Variable glimpse = see(tape, pictures, places);
    h = relu(tape, ops::add(tape, core_state_(tape, h), core_glimpse_(tape, glimpse)));
  }
  result.logits = output_(tape, h);
  return result;
}

Variable GlimpseClassifier::location_cost(Tape& tape, const Glimpsed& glimpsed,
                                          std::span<const float> rewards) const {
  Variable sum;
  const double precision = 1 / (2 * options_.deviation * options_.deviation);
  const std::vector<float> ones(rewards.size(), 1.0F);
  for (size_t t = 0; t < glimpsed.means.size(); ++t) {
    std::vector<float> drawn, weights;
    for (size_t n = 0; n < rewards.size(); ++n) {
      const Place& place = glimpsed.places[t][n];
      drawn.insert(drawn.end(), {place.y, place.x});
      const float advantage = rewards[n] - glimpsed.baselines[t].value()[n];
      weights.push_back(static_cast<float>(precision) * advantage);
    }
    const Variable places = ops::weighted_squares(tape, glimpsed.means[t], drawn, weights);
    const Variable baseline = ops::weighted_squares(tape, glimpsed.baselines[t], rewards, ones);
    sum = ops::add_present(tape, sum, ops::add(tape, places, baseline));
  }
  return sum;
}

std::vector<float> rewards_of(const Variable& logits, std::span<const int32_t> labels) {
  std::vector<float> rewards;
  const int64_t classes = logits.columns();
  for (size_t n = 0; n < labels.size(); ++n) {
    const float* row = logits.value() + static_cast<int64_t>(n) * classes;
    rewards.push_back(std::max_element(row, row + classes) - row == labels[n] ? 1.0F : 0.0F);
  }
  return rewards;
}

}  // namespace alinea
