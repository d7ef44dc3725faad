// What the attention weights of every variant have to be, whatever the parameters are.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "models/near.h"
#include "models/variants.h"
#include "ops/engine.h"

namespace alinea {
namespace {

// One target word's look at its sentence, by one head.
struct Look {
  std::span<const float> weights;
  ops::Window window;
  float centre;      // 0 in global mode
  int64_t length;    // S, as far as it is known
  int64_t position;  // t, from 1
  int64_t reach;     // D
  std::span<const float> energies;
};

// As much of a source as a score knows.
int64_t visible_length(const ModelOptions& options, int64_t length) {
  return options.attention == "location" ? std::min(length, options.source_positions) : length;
}

// Every variant with attention, with windows of different sizes.
template <typename Visit>
void for_each_look(const std::string& mode, Visit visit) {
  ops::set_threads(1);
  const TinyBatch tiny;
  const Batch& batch = tiny.batch;
  int64_t turn = 0;
  for (Variant variant : all_variants()) {
    if (!variant.options.has_attention() || variant.options.attention_mode != mode) continue;
    variant.options.attention_window = 1 + turn++ % 3;
    INFO(variant.name);
    const auto model = random_model(variant.options, 100 + static_cast<uint64_t>(turn));
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const Likelihood likelihood = model->likelihood(tape, batch);
    for (int64_t n = 0; n < batch.size; ++n) {
      for (int64_t t = 0; t < batch.target_lengths[static_cast<size_t>(n)]; ++t) {
        CAPTURE(n, t, variant.options.attention_window);
        const auto [block, step] = block_step(likelihood.attention, t);
        const AttentionValues values = likelihood.attention[block].values();
        REQUIRE(values.heads == attention_rows(variant.options));
        for (int64_t head = 0; head < values.heads; ++head) {
          const size_t row = values.index(n, head, step);
          visit(Look{values.row(n, head, step), values.windows[row],
                     values.centres.empty() ? 0.0F : values.centres[row],
                     visible_length(variant.options, batch.source_lengths[static_cast<size_t>(n)]),
                     t + 1, variant.options.attention_window, values.energies_row(n, head, step)});
        }
      }
    }
  }
  REQUIRE(turn > 50);
}

// What the weights of a look have to be by its energies.
std::vector<double> softmax_of(const Look& look) {
  const auto begin = static_cast<size_t>(look.window.begin),
             end = static_cast<size_t>(look.window.end);
  const double largest = *std::max_element(look.energies.begin() + look.window.begin,
                                           look.energies.begin() + look.window.end);
  std::vector<double> weights(look.weights.size(), 0.0);
  double total = 0;
  for (size_t s = begin; s < end; ++s)
    total += weights[s] = std::exp(static_cast<double>(look.energies[s]) - largest);
  for (size_t s = begin; s < end; ++s) weights[s] /= total;
  return weights;
}

double sum(std::span<const float> weights) {
  double total = 0;
  for (float weight : weights) total += static_cast<double>(weight);
  return total;
}

// Exactly 0 outside [begin, end), positive inside; as wide as the batch's longest source.
void check_zero_outside(const Look& look) {
  REQUIRE(look.weights.size() == 6);
  for (int64_t s = 0; s < 6; ++s) {
    const float weight = look.weights[static_cast<size_t>(s)];
    if (s < look.window.begin || s >= look.window.end)
      CHECK(weight == 0.0F);
    else
      CHECK(weight > 0.0F);
  }
}

TEST_CASE("global weights sum to 1 over the words of the sentence") {
  bool uneven = false;
  for_each_look("global", [&](const Look& look) {
    CHECK(look.window.begin == 0);
    CHECK(look.window.end == look.length);
    CHECK(look.centre == 0);
    check_zero_outside(look);
    CHECK(sum(look.weights) == near(1, 1e-5));
    uneven |= look.length == 6 && *std::ranges::max_element(look.weights) > 0.6F;
  });
  CHECK(uneven);
}

TEST_CASE("local-m looks D to either side of min(t, S), and sums to 1") {
  for_each_look("local-m", [](const Look& look) {
    const int64_t p = std::min(look.position, look.length);
    CHECK(look.centre == static_cast<float>(p));
    CHECK(look.window.begin == std::max<int64_t>(p - look.reach, 1) - 1);
    CHECK(look.window.end == std::min(p + look.reach, look.length));
    check_zero_outside(look);
    CHECK(sum(look.weights) == near(1, 1e-5));
  });
}

TEST_CASE("local-p looks D to either side of p_t, under a bell around it") {
  bool between = false;  // p_t is not a position as a rule
  for_each_look("local-p", [&](const Look& look) {
    const auto p = static_cast<double>(look.centre);
    const auto reach = static_cast<double>(look.reach);
    CHECK(p > 0);
    CHECK(p < static_cast<double>(look.length));
    between |= std::abs(p - std::round(p)) > 0.2;
    check_zero_outside(look);
    double softmax = 0;  // what the weights are without the bell
    for (int64_t s = 1; s <= look.length; ++s) {
      const double distance = std::abs(static_cast<double>(s) - p);
      const bool inside = s > look.window.begin && s <= look.window.end;
      if (std::abs(distance - reach) > 1e-4) CHECK(inside == (distance < reach));
      const auto weight = static_cast<double>(look.weights[static_cast<size_t>(s - 1)]);
      CHECK(weight <= 1);
      softmax += weight / std::exp(-distance * distance / (2 * (reach / 2) * (reach / 2)));
    }
    CHECK(softmax == near(1, 1e-5));
    const auto nearest = std::clamp<int64_t>(std::lround(p), 1, look.length);
    CHECK(look.weights[static_cast<size_t>(nearest - 1)] > 0);
  });
  CHECK(between);
}

TEST_CASE("weights are the softmax of their energies within the window") {
  for (const std::string mode : {"global", "local-m", "local-p"})
    for_each_look(mode, [&](const Look& look) {
      REQUIRE(look.energies.size() == look.weights.size());
      const std::vector<double> expected = softmax_of(look);
      for (size_t s = 0; s < expected.size(); ++s) {
        const double away = static_cast<double>(s) + 1 - static_cast<double>(look.centre);
        const double half = static_cast<double>(look.reach) / 2;
        const double bell = mode == "local-p" ? std::exp(-away * away / (2 * half * half)) : 1.0;
        CHECK(look.weights[s] == near(expected[s] * bell, 1e-5));
      }
    });
}

}  // namespace
}  // namespace alinea
