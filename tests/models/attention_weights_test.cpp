// What the attention weights of every variant have to be, whatever the parameters are.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "models/near.h"
#include "models/variants.h"
#include "ops/engine.h"

namespace alinea {
namespace {

// One target word's look at its sentence.
struct Look {
  Looked looked;
  int64_t length;    // S
  int64_t position;  // t, from 1
  int64_t reach;     // D
};

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
    const Forced forced = model->force(tape, batch);
    for (int64_t n = 0; n < batch.size; ++n) {
      for (int64_t t = 0; t < batch.target_lengths[static_cast<size_t>(n)]; ++t) {
        CAPTURE(n, t, variant.options.attention_window);
        visit(Look{looked(forced.attended, n, t), batch.source_lengths[static_cast<size_t>(n)],
                   t + 1, variant.options.attention_window});
      }
    }
  }
  REQUIRE(turn > 50);
}

double sum(std::span<const float> weights) {
  double total = 0;
  for (float weight : weights) total += static_cast<double>(weight);
  return total;
}

// Exactly 0 outside [begin, end), positive inside; as wide as the batch's longest source.
void check_zero_outside(const Looked& looked) {
  REQUIRE(looked.weights.size() == 6);
  for (int64_t s = 0; s < 6; ++s) {
    const float weight = looked.weights[static_cast<size_t>(s)];
    if (s < looked.window.begin || s >= looked.window.end)
      CHECK(weight == 0.0F);
    else
      CHECK(weight > 0.0F);
  }
}

TEST_CASE("global weights sum to 1 over the words of the sentence") {
  bool uneven = false;
  for_each_look("global", [&](const Look& look) {
    CHECK(look.looked.window.begin == 0);
    CHECK(look.looked.window.end == look.length);
    CHECK(look.looked.centre == 0);
    check_zero_outside(look.looked);
    CHECK(sum(look.looked.weights) == near(1, 1e-5));
    uneven |= look.length == 6 && *std::ranges::max_element(look.looked.weights) > 0.6F;
  });
  CHECK(uneven);
}

TEST_CASE("local-m looks D to either side of min(t, S), and sums to 1") {
  for_each_look("local-m", [](const Look& look) {
    const int64_t p = std::min(look.position, look.length);
    CHECK(look.looked.centre == static_cast<float>(p));
    CHECK(look.looked.window.begin == std::max<int64_t>(p - look.reach, 1) - 1);
    CHECK(look.looked.window.end == std::min(p + look.reach, look.length));
    check_zero_outside(look.looked);
    CHECK(sum(look.looked.weights) == near(1, 1e-5));
  });
}

TEST_CASE("local-p looks D to either side of p_t, under a bell around it") {
  bool between = false;  // p_t is not a position as a rule
  for_each_look("local-p", [&](const Look& look) {
    const auto p = static_cast<double>(look.looked.centre);
    const auto reach = static_cast<double>(look.reach);
    CHECK(p > 0);
    CHECK(p < static_cast<double>(look.length));
    between |= std::abs(p - std::round(p)) > 0.2;
    check_zero_outside(look.looked);
    double softmax = 0;  // what the weights are without the bell
    for (int64_t s = 1; s <= look.length; ++s) {
      const double distance = std::abs(static_cast<double>(s) - p);
      const bool inside = s > look.looked.window.begin && s <= look.looked.window.end;
      if (std::abs(distance - reach) > 1e-4) CHECK(inside == (distance < reach));
      const auto weight = static_cast<double>(look.looked.weights[static_cast<size_t>(s - 1)]);
      CHECK(weight <= 1);
      softmax += weight / std::exp(-distance * distance / (2 * (reach / 2) * (reach / 2)));
    }
    CHECK(softmax == near(1, 1e-5));
    const auto nearest = std::clamp<int64_t>(std::lround(p), 1, look.length);
    CHECK(look.looked.weights[static_cast<size_t>(nearest - 1)] > 0);
  });
  CHECK(between);
}

}  // namespace
}  // namespace alinea
