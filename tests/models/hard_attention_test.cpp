// Hard attention: REINFORCE against the exact gradient, and how positions are chosen.
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "models/encoder_decoder.h"
#include "models/near.h"
#include "models/variants.h"
#include "ops/engine.h"
#include "ops/sum.h"

namespace alinea {
namespace {

using Kind = ops::PositionChoice::Kind;

// One pair of three source words and two steps: nine sequences of choices.
constexpr size_t kSequences = 9;
const std::vector<int32_t> kSource = {3, 8}, kTarget = {5};

Batch copies(int64_t count) {
  return make_batch(std::vector<SentencePair>(static_cast<size_t>(count), {kSource, kTarget}));
}

struct Wiring {
  const char* decoder;
  bool input_feeding;
  // λ_e: where no step sees what an earlier one chose, so that the entropies depend on no choice.
  double entropy;
};

std::unique_ptr<EncoderDecoder> tiny_model(const Wiring& wiring) {
  ModelOptions options;
  options.decoder = wiring.decoder;
  options.input_feeding = wiring.input_feeding;
  options.attention = "general";
  options.attention_choice = "hard";
  options.attention_entropy = wiring.entropy;
  options.embedding_size = 3;
  options.hidden_size = 4;
  options.dropout = 0;
  return random_model(options, 3);
}

// What sentence 0 looked at: log p of its choices, and the entropy of the weights.
struct Looks {
  std::vector<int32_t> positions;
  double log_probability = 0, entropy = 0;
};

Looks looks_of(const Likelihood& likelihood) {
  Looks looks;
  for (int64_t t = 0; t < 2; ++t) {
    const auto [block, step] = block_step(likelihood.attention, t);
    const AttentionValues values = likelihood.attention[block].values();
    const std::span<const float> row = values.row(0, 0, step);
    const int32_t position = likelihood.attention[block].chosen[values.index(0, 0, step)];
    looks.positions.push_back(position);
    if (position >= 0)
      looks.log_probability += std::log(static_cast<double>(row[static_cast<size_t>(position)]));
    for (const float weight : row)
      looks.entropy -= static_cast<double>(weight) * std::log(static_cast<double>(weight));
  }
  return looks;
}

// Σ_s p(s | x) log p(y | x, s) over all sequences s of choices: draws until each was seen once.
double bound(EncoderDecoder& model) {
  std::map<std::vector<int32_t>, double> terms;
  for (uint64_t seed = 0; terms.size() < kSequences && seed < 5000; ++seed) {
    model.choose_by({Kind::kDrawn, seed});
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const Likelihood likelihood = model.likelihood(tape, copies(1));
    const Looks looks = looks_of(likelihood);
    terms[looks.positions] = std::exp(looks.log_probability) * likelihood.log_probability[0];
  }
  REQUIRE(terms.size() == kSequences);
  double sum = 0;
  for (const auto& [positions, term] : terms) sum += term;
  return sum;
}

// What is minimised, of one pair: half of them draw, and half expect.
double expected_objective(EncoderDecoder& model) {
  const double drawn = bound(model);
  model.choose_by({Kind::kExpected});
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Likelihood likelihood = model.likelihood(tape, copies(1));
  return -(drawn + likelihood.log_probability[0]) / 2 -
         model.options().attention_entropy * looks_of(likelihood).entropy;
}

// By central differences, of every third parameter.
std::vector<double> exact_gradient(EncoderDecoder& model) {
  constexpr float kStep = 1e-2F;
  std::vector<double> gradient;
  const std::span<float> values = model.parameters().values();
  for (size_t i = 0; i < values.size(); i += 3) {
    const float value = values[i];
    double ends[2];
    for (const int end : {0, 1}) {
      values[i] = value + (end == 0 ? kStep : -kStep);
      model.parameters().changed();
      ends[end] = expected_objective(model);
    }
    values[i] = value;
    gradient.push_back((ends[0] - ends[1]) / (2 * static_cast<double>(kStep)));
  }
  model.parameters().changed();
  return gradient;
}

// Means of many draws of a parameter's gradient, and their standard errors.
struct Estimate {
  std::vector<double> mean, error;
};

Estimate estimated_gradient(EncoderDecoder& model, float baseline) {
  constexpr int64_t kBatches = 1000, kCopies = 100;
  const Batch batch = copies(kCopies);
  const std::span<const float> gradients = model.parameters().gradients();
  std::vector<double> sum((gradients.size() + 2) / 3), squares(sum.size());
  Random random(11);
  Arena arena;
  for (int64_t i = 0; i < kBatches; ++i) {
    arena.reset();
    model.parameters().clear_gradients();
    Tape tape(arena, Tape::Mode::kTraining, &random);
    const Likelihood likelihood =
        model.likelihood(tape, batch, {.draw_positions = true, .baseline = baseline});
    tape.backward(ops::add(tape, likelihood.loss, likelihood.penalty), 1.0F / kCopies);
    for (size_t k = 0; k < sum.size(); ++k) {
      const double value = static_cast<double>(gradients[3 * k]);
      sum[k] += value / kBatches;
      squares[k] += value * value / kBatches;
    }
  }
  Estimate estimate{sum, {}};
  for (size_t k = 0; k < sum.size(); ++k)
    estimate.error.push_back(
        std::sqrt(std::max(0.0, squares[k] - sum[k] * sum[k]) / (kBatches - 1)));
  return estimate;
}

TEST_CASE("REINFORCE has the gradient of the sum over all choices, whatever the baseline") {
  ops::set_threads(1);
  const Wiring wiring =
      GENERATE(Wiring{"bahdanau", false, 0}, Wiring{"luong", true, 0}, Wiring{"luong", false, 0.3});
  CAPTURE(wiring.decoder, wiring.input_feeding);
  const auto model = tiny_model(wiring);
  const std::vector<double> exact = exact_gradient(*model);
  double spread[2] = {};
  for (const bool has_baseline : {false, true}) {
    const Estimate estimate = estimated_gradient(*model, has_baseline ? -2.5F : 0.0F);
    double squares = 0;
    for (size_t k = 0; k < exact.size(); ++k) {
      CAPTURE(k, exact[k], estimate.mean[k], estimate.error[k]);
      CHECK(std::abs(estimate.mean[k] - exact[k]) <= 4.5 * estimate.error[k] + 2e-4);
      spread[has_baseline ? 1 : 0] += estimate.error[k] * estimate.error[k];
      squares += exact[k] * exact[k];
    }
    CHECK(spread[has_baseline ? 1 : 0] < 0.01 * squares);  // so that a wrong gradient is far off
  }
  CHECK(spread[1] < spread[0]);
}

TEST_CASE("half of the sentences draw their positions, by the generator of the tape") {
  const auto model = tiny_model({"bahdanau", false, 0});
  const auto chosen = [&](uint64_t seed) {
    Random random(seed);
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining, &random);
    const Likelihood likelihood = model->likelihood(tape, copies(400), {.draw_positions = true});
    const std::span<const int32_t> first = likelihood.attention.front().chosen;
    return std::vector<int32_t>(first.begin(), first.end());
  };
  const std::vector<int32_t> positions = chosen(1);
  const auto expecting = std::ranges::count(positions, ops::kNoPosition);
  CHECK(expecting > 160);
  CHECK(expecting < 240);
  CHECK(chosen(1) == positions);
  CHECK(chosen(2) != positions);
}

TEST_CASE(
    "hard attention that expects is soft attention, and the largest weight is what is chosen") {
  ops::set_threads(1);
  const TinyBatch tiny;
  for (const Variant& variant : choice_variants()) {
    INFO(variant.name);
    if (variant.options.attention_choice != "hard") continue;
    ModelOptions soft_options = variant.options;
    soft_options.attention_choice = "soft";
    const auto soft = random_model(soft_options, 2), hard = random_model(variant.options, 2);
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const Likelihood expected = soft->likelihood(tape, tiny.batch);
    const Likelihood largest = hard->likelihood(tape, tiny.batch);
    CHECK(largest.log_probability != expected.log_probability);
    for (const AttentionWeights& block : largest.attention)
      for (size_t row = 0; row < block.chosen.size(); ++row) {
        const auto alpha =
            block.alpha.values().subspan(row * static_cast<size_t>(block.alpha.columns()),
                                         static_cast<size_t>(block.alpha.columns()));
        CHECK(alpha[static_cast<size_t>(block.chosen[row])] == std::ranges::max(alpha));
      }
    hard->choose_by({Kind::kExpected});
    CHECK(hard->likelihood(tape, tiny.batch).log_probability == expected.log_probability);
  }
}

TEST_CASE("positions that are drawn to translate depend on the seed and the source alone") {
  ops::set_threads(1);
  const TinyBatch tiny;
  const auto model = tiny_model({"luong", true, 0});
  const auto scores = [&](uint64_t seed, const Batch& batch) {
    model->choose_by({Kind::kDrawn, seed});
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    return model->likelihood(tape, batch).log_probability;
  };
  const std::vector<double> together = scores(1, tiny.batch);
  CHECK(scores(1, tiny.batch) == together);
  CHECK(scores(2, tiny.batch) != together);
  for (size_t n = 0; n < together.size(); ++n) {
    const auto pair = static_cast<size_t>(tiny.batch.index[n]);
    const std::vector<SentencePair> alone = {{tiny.sources[pair], tiny.targets[pair]}};
    CHECK(scores(1, make_batch(alone))[0] == near(together[n], 1e-5));
  }
}

}  // namespace
}  // namespace alinea
