// Parts that search, scoring and training have never heard of: a decoder without recurrent state,
// an encoder that is not recurrent, and each with the others.
#include "models/toy_parts.h"

#include <catch2/catch.hpp>

#include "autograd/gradient_check.h"
#include "models/near.h"
#include "ops/engine.h"
#include "search/translator.h"
#include "text/vocabulary.h"

namespace alinea {
namespace {

using Words = std::vector<int32_t>;

const std::vector<Words> kToyInput = {{3, 4, 5, 6, 7}, {8, 9, 3}, {}, {10, 4, 8}};

TEST_CASE("the gradient of the loss agrees with central differences, whatever the parts are") {
  ops::set_threads(1);
  const TinyBatch tiny;
  for (const PartsVariant& variant : toy_variants()) {
    INFO(variant.name);
    const auto model = random_model(variant, 5);
    Arena arena;
    const auto loss = [&](bool backward) {
      arena.reset();
      Tape tape(arena, Tape::Mode::kTraining);
      const Likelihood likelihood = model->likelihood(tape, tiny.batch);
      double value = 0;
      for (double log_probability : likelihood.log_probability) value -= log_probability;
      if (backward) tape.backward(likelihood.loss);
      return value;
    };
    check_parameter_gradients(model->parameters(), loss, /*samples=*/2, {5e-3F, 4e-3});
  }
}

TEST_CASE("search finds and scores with parts of any kind, alone and side by side") {
  ops::set_threads(1);
  TranslatorOptions options{.search = {.beam_size = 3, .n_best = 3, .max_length_factor = 2},
                            .keep_attention = true};
  for (const PartsVariant& variant : toy_variants()) {
    INFO(variant.name);
    const auto model = random_model(variant, 6);
    const auto together = translate(*model, kToyInput, options);
    for (size_t n = 0; n < kToyInput.size(); ++n) {
      CAPTURE(n);
      const auto alone = translate(*model, std::span(kToyInput).subspan(n, 1), options);
      for (size_t i = 0; i < 3; ++i) {
        const Hypothesis& found = together[n][i];
        REQUIRE(found.tokens == alone[0][i].tokens);
        CHECK(found.log_probability == near(alone[0][i].log_probability, 5e-5));
        const size_t steps = found.tokens.size() + (found.ended ? 1 : 0);
        CHECK(found.attention.alpha.size() == steps * (kToyInput[n].size() + 1));
        if (!found.ended) continue;
        const std::vector<SentencePair> pair = {{kToyInput[n], found.tokens}};
        const ScoredPair scored = score(*model, pair, {.keep_attention = true})[0];
        CHECK(scored.log_probability == near(found.log_probability, 1e-4));
        REQUIRE(scored.attention.alpha.size() == found.attention.alpha.size());
        for (size_t w = 0; w < scored.attention.alpha.size(); ++w)
          CHECK(scored.attention.alpha[w] == near(found.attention.alpha[w], 5e-5));
      }
    }
  }
}

TEST_CASE("the mean of an encoder's states starts a decoder where there are no last states") {
  ops::set_threads(1);
  const TinyBatch tiny;
  ParameterStore store;
  const WordEncoder encoder(store);
  store.allocate(ParameterStore::Gradients::kNone);
  Random random(3);
  for (float& value : store.values()) value = random.uniform();
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Encoded encoded = encoder(tape, {tiny.batch.source, tiny.batch.source_lengths});
  const Variable means = mean_states(tape, encoded);
  REQUIRE(means.shape() == Shape{tiny.batch.size, WordEncoder::kSize});
  size_t place = 0;
  const std::span<const float> table = store.at("toy.embedding.weight").value();
  for (int64_t n = 0; n < tiny.batch.size; ++n) {
    const int64_t length = tiny.batch.source_lengths[static_cast<size_t>(n)];
    double sum = 0;  // of the first column
    for (int64_t s = 0; s < length; ++s)
      sum += static_cast<double>(
          table[static_cast<size_t>(tiny.batch.source[place++] * WordEncoder::kSize)]);
    CHECK(means.value()[n * WordEncoder::kSize] == near(sum / static_cast<double>(length), 1e-6));
  }
}

// A decoder without attention and without an encoder: a language model.
TEST_CASE("a decoder without an encoder says the same at once and step by step") {
  ops::set_threads(1);
  for (const std::string& name : decoder_names()) {
    if (name == "feed-forward") continue;  // which reads a source
    CAPTURE(name);
    ParameterStore store;
    const auto decoder = make_decoder(
        name, store,
        {.cell = "lstm",
         .layers = 2,
         .embedding_size = 5,
         .hidden_size = 7,
         .state_size = 0,
         .attention = std::nullopt,
         .attention_size = 7,
         .input_feeding = false,
         .readout = "tanh",
         .bridge = "zero",
         .residual = false,
         .layer_normalization = false,
         .dropout = {0, Dropout::Masks::kElement},
         .weight_drop = 0,
         .transformer = {.size = 7,
                         .layers = 2,
                         .heads = 1,
                         .feed_forward_size = 5,
                         .positions = PositionKind::kRelative},
         .convolution = {.size = 7, .kernel = 3, .channels = {5, 6}, .max_positions = 9}},
        TinyBatch::kTargetVocabulary);
    store.allocate(ParameterStore::Gradients::kNone);
    Random random(4);
    for (float& value : store.values()) value = 1.6F * random.uniform() - 0.8F;
    store.changed();
    const std::vector<int64_t> lengths = {4, 2};
    const Packing packing(lengths);
    Words words = {1, 1, 5, 6, 7, 8};  // of both, of both, of the first alone
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const Unrolled unrolled = decoder->unroll(tape, {.words = words, .packing = packing},
                                              decoder->start(tape, 2, nullptr));
    CHECK(unrolled.attention.empty());
    DecoderState state = decoder->start(tape, 1, nullptr);
    for (int64_t t = 0; t < 4; ++t) {
      const int64_t row = packing.row(0, t);
      const DecoderStep step =
          decoder->step(tape, std::span(words).subspan(static_cast<size_t>(row), 1), state, t + 1);
      for (int64_t i = 0; i < 7; ++i)
        CHECK(unrolled.readouts.value()[row * 7 + i] == near(step.readout.value()[i], 1e-5));
    }
  }
}

}  // namespace
}  // namespace alinea
