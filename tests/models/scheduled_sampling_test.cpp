// Scheduled sampling.
#include "models/scheduled_sampling.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "models/encoder_decoder.h"
#include "models/near.h"
#include "models/variants.h"
#include "ops/engine.h"

namespace alinea {
namespace {

// p of three words, the same for every row.
Tensor three_words(Arena& arena, std::span<const int64_t> rows) {
  const Tensor log_p{arena.floats(std::ssize(rows) * 3).data(), {std::ssize(rows), 3}};
  for (int64_t i = 0; i < log_p.shape.elements(); ++i)
    log_p.data[i] = std::log(i % 3 == 0 ? 0.5F : i % 3 == 1 ? 0.2F : 0.3F);
  return log_p;
}

std::vector<int32_t> replaced(float teacher_forcing, uint64_t seed) {
  Random random(seed);
  std::vector<int32_t> words(4000, 7);
  ScheduledSampling(teacher_forcing, random).replace(words, three_words);
  return words;
}

// What the decoder says of the target when it reads `read` instead of y_1 y_2 ...
double log_probability(const EncoderDecoder& model, const SentencePair& pair,
                       const std::vector<int32_t>& read) {
  const Batch batch = make_batch(std::vector{pair});
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Source source{batch.source, batch.source_lengths};
  DecoderState state = model.start(tape, source);
  double sum = 0;
  for (size_t t = 0; t < batch.target.size(); ++t) {
    const int32_t word = t == 0 ? 1 : read[t - 1];
    const DecoderStep step =
        model.step(tape, std::span(&word, 1), state, static_cast<int64_t>(t) + 1);
    const auto next = static_cast<size_t>(batch.target[t]);
    sum += static_cast<double>(next_log_probabilities(model, tape, step, source).values()[next]);
  }
  return sum;
}

// A model that gives every word but one hardly any probability.
std::unique_ptr<EncoderDecoder> model_of_one_word(const ModelOptions& options, int32_t word) {
  auto model = random_model(options, 3);
  for (const Parameter& parameter : model->parameters().parameters())
    if (parameter.name() == "output.bias") parameter.value()[static_cast<size_t>(word)] = 40;
  model->parameters().changed();
  return model;
}

TEST_CASE("words are replaced by draws from p as often as they should be") {
  const std::vector<int32_t> words = replaced(0.4F, 1);
  const auto share = [&](int32_t word) {
    return static_cast<double>(std::ranges::count(words, word)) / 4000;
  };
  CHECK(share(7) == Approx(0.4).margin(0.04));
  CHECK(share(0) == Approx(0.6 * 0.5).margin(0.04));
  CHECK(share(1) == Approx(0.6 * 0.2).margin(0.04));
  CHECK(share(2) == Approx(0.6 * 0.3).margin(0.04));
  CHECK(replaced(0.4F, 1) == words);
  CHECK(replaced(0.4F, 2) != words);
  CHECK(std::ranges::count(replaced(0, 1), 7) == 0);
}

TEST_CASE("without teacher forcing a decoder reads its own words, in every variant") {
  ops::set_threads(1);
  const std::vector<int32_t> long_source = {3, 4, 5}, source = {6, 7};
  const std::vector<int32_t> long_target = {5, 6, 9, 3}, target = {4, 8}, own(4, 10);
  const std::vector<SentencePair> pairs = {{long_source, long_target}, {source, target}};
  const Batch batch = make_batch(pairs);
  for (const Variant& variant : all_variants()) {
    INFO(variant.name);
    const auto model = model_of_one_word(variant.options, 10);
    Random random(1);
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining, &random);
    const Likelihood likelihood = model->likelihood(tape, batch, {.teacher_forcing = 0});
    for (size_t n : {0U, 1U}) {
      CHECK(likelihood.log_probability[n] == near(log_probability(*model, pairs[n], own), 1e-3));
      CHECK(likelihood.attention.empty() == !variant.options.has_attention());
    }
  }
}

TEST_CASE("the draws settle the loss, and there are none without them") {
  ops::set_threads(1);
  const TinyBatch tiny;
  const auto model = random_model(all_variants().front().options, 4);
  const auto loss = [&](float teacher_forcing, uint64_t seed, bool draws = true) {
    Random random(seed);
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining, draws ? &random : nullptr);
    return model->likelihood(tape, tiny.batch, {.teacher_forcing = teacher_forcing})
        .loss.value()[0];
  };
  const float all = loss(1, 1);
  CHECK(loss(0.5F, 1) == loss(0.5F, 1));
  CHECK(loss(0.5F, 1) != all);
  CHECK(loss(0.5F, 1) != loss(0.5F, 2));
  CHECK(loss(0.5F, 1, false) == all);
}

}  // namespace
}  // namespace alinea
