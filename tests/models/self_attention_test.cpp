// What a Transformer's layers looked at, of the source and of the words that were read.
#include <catch2/catch.hpp>
#include <numeric>

#include "models/variants.h"

namespace alinea {

namespace {

ModelOptions transformer() {
  ModelOptions options;
  options.architecture = "transformer";
  options.attention = "scaled-dot";
  options.embedding_size = 6;
  options.transformer.heads = 3;
  options.transformer.feed_forward_size = 5;
  options.encoder_layers = 2;
  options.decoder_layers = 3;
  return options;
}

}  // namespace

TEST_CASE("self-attention is kept of every layer and head, and sees what it may") {
  const AttentionOf of = GENERATE(AttentionOf::kEncoder, AttentionOf::kDecoder);
  const bool encoder = of == AttentionOf::kEncoder;
  const TinyBatch tiny;
  const Batch& batch = tiny.batch;
  const auto model = random_model(transformer(), 3);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Likelihood likelihood = model->likelihood(tape, batch, {.attention_of = of});
  REQUIRE(likelihood.attention.size() == 1);
  const AttentionValues values = likelihood.attention[0].values();
  CHECK(values.layers == (encoder ? 2 : 3));
  CHECK(values.heads == 3 * values.layers);
  for (int64_t n = 0; n < batch.size; ++n) {
    const int64_t length = (encoder ? batch.source_lengths : batch.target_lengths)[n];
    for (int64_t head = 0; head < values.heads; ++head)
      for (int64_t t = 0; t < length; ++t) {
        const std::span<const float> row = values.row(n, head, t);
        const int64_t seen = encoder ? length : t + 1;
        CAPTURE(n, head, t);
        CHECK(std::accumulate(row.begin(), row.end(), 0.0F) == Approx(1).margin(1e-5));
        for (int64_t s = 0; s < std::ssize(row); ++s)
          CHECK((row[static_cast<size_t>(s)] == 0) == (s >= seen));
        CHECK(values.windows[values.index(n, head, t)] == ops::Window{0, seen});
      }
  }
}

TEST_CASE("intra-attention of an encoder is kept of every layer and direction, each of its past") {
  ModelOptions options;
  options.cell = GENERATE("gru", "lstm", "lbr-gru", "rnn");
  options.intra_attention = true;
  options.embedding_size = 5;
  options.hidden_size = 6;
  options.encoder_layers = 2;
  options.bidirectional = GENERATE(false, true);
  const int64_t directions = options.bidirectional ? 2 : 1;
  const TinyBatch tiny;
  const auto model = random_model(options, 3);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Likelihood likelihood =
      model->likelihood(tape, tiny.batch, {.attention_of = AttentionOf::kEncoder});
  REQUIRE(likelihood.attention.size() == 1);
  const AttentionValues values = likelihood.attention[0].values();
  CHECK(values.layers == 2);
  REQUIRE(values.heads == 2 * directions);
  for (int64_t n = 0; n < tiny.batch.size; ++n)
    for (int64_t head = 0; head < values.heads; ++head)
      for (int64_t t = 0; t < tiny.batch.source_lengths[n]; ++t) {
        CAPTURE(n, head, t);
        const ops::Window seen = head % directions == 0
                                     ? ops::Window{0, t}
                                     : ops::Window{t + 1, tiny.batch.source_lengths[n]};
        CHECK(values.windows[values.index(n, head, t)] == seen);
        const std::span<const float> row = values.row(n, head, t);
        CHECK(std::accumulate(row.begin(), row.end(), 0.0F) ==
              Approx(seen.end > seen.begin ? 1 : 0).margin(1e-5));
        for (int64_t s = 0; s < std::ssize(row); ++s)
          CHECK((row[static_cast<size_t>(s)] > 0) == (s >= seen.begin && s < seen.end));
      }
}

TEST_CASE("intra-attention of a decoder looks at the state that it starts from and those behind") {
  ModelOptions options;
  options.intra_attention = true;
  options.embedding_size = 5;
  options.hidden_size = 6;
  options.decoder_layers = 2;
  options.decoder = GENERATE("bahdanau", "luong");
  options.input_feeding = GENERATE(false, true);
  const TinyBatch tiny;
  const auto model = random_model(options, 3);
  Arena arena;
  Tape tape(arena, GENERATE(Tape::Mode::kInference, Tape::Mode::kTraining));
  const Likelihood likelihood =
      model->likelihood(tape, tiny.batch, {.attention_of = AttentionOf::kDecoder});
  REQUIRE(likelihood.attention.size() == 1);
  const AttentionValues values = likelihood.attention[0].values();
  CHECK(values.layers == 2);
  REQUIRE(values.heads == 2);
  for (int64_t n = 0; n < tiny.batch.size; ++n)
    for (int64_t head = 0; head < values.heads; ++head)
      for (int64_t t = 0; t < tiny.batch.target_lengths[n]; ++t) {
        CAPTURE(n, head, t);
        const std::span<const float> row = values.row(n, head, t);
        CHECK(std::ssize(row) == tiny.batch.target_lengths[0]);
        CHECK(std::accumulate(row.begin(), row.end(), 0.0F) == Approx(1).margin(1e-5));
        for (int64_t s = 0; s < std::ssize(row); ++s)
          CHECK((row[static_cast<size_t>(s)] > 0) == (s <= t));
      }
}

TEST_CASE("attention says how many layers each word was run through before it halted") {
  const AttentionOf of =
      GENERATE(AttentionOf::kCross, AttentionOf::kEncoder, AttentionOf::kDecoder);
  // A logistic of the bias of nearly 1 halts at once, of nearly 0 never.
  const auto [bias, least, most] =
      GENERATE(table<float, float, float>({{30, 1, 1}, {-30, 4, 4}, {0, 1, 4}}));
  ModelOptions options = transformer();
  options.transformer.universal = options.transformer.halting = true;
  options.encoder_layers = options.decoder_layers = 4;
  const TinyBatch tiny;
  const auto model = random_model(options, 3);
  for (const char* name : {"encoder.halting.bias", "decoder.halting.bias"})
    model->parameters().at(name).value()[0] = bias;
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Likelihood likelihood = model->likelihood(tape, tiny.batch, {.attention_of = of});
  const AttentionValues values = likelihood.attention[0].values();
  const bool encoder = of == AttentionOf::kEncoder;
  REQUIRE(std::ssize(values.taken) == tiny.batch.size * values.steps);
  for (int64_t n = 0; n < tiny.batch.size; ++n)
    for (int64_t t = 0; t < values.steps; ++t) {
      const bool is_word = t < (encoder ? tiny.batch.source_lengths : tiny.batch.target_lengths)[n];
      const float taken = values.taken[static_cast<size_t>(n * values.steps + t)];
      CAPTURE(n, t);
      CHECK(taken >= (is_word ? least : 0));
      CHECK(taken <= (is_word ? most : 0));
    }
}

TEST_CASE(
    "kept attention is selected by layer and head, and shifted to the step that reads a word") {
  KeptAttention kept;
  kept.heads = 4;
  kept.layers = 2;
  // Of row t and head h: 100 t + 10 h, and 1 more for the second of two words.
  for (int t = 0; t < 3; ++t)
    for (int h = 0; h < 4; ++h)
      for (int s = 0; s < 2; ++s) kept.alpha.push_back(static_cast<float>(100 * t + 10 * h + s));
  kept.taken = {5, 6, 7};
  CHECK(kept.selected({}, 2) == kept);
  const KeptAttention layer = kept.selected({.layer = 1}, 2);
  CHECK(layer.heads == 2);
  CHECK(layer.layers == 1);
  CHECK(layer.alpha == std::vector<float>{20, 21, 30, 31, 120, 121, 130, 131, 220, 221, 230, 231});
  const KeptAttention head = kept.selected({.head = 1}, 2);
  CHECK(head.layers == 2);
  CHECK(head.alpha == std::vector<float>{10, 11, 30, 31, 110, 111, 130, 131, 210, 211, 230, 231});
  const KeptAttention shifted = kept.selected({.layer = 0, .head = 0, .shifted = true}, 2);
  CHECK(shifted.heads == 1);
  CHECK(shifted.alpha == std::vector<float>{100, 101, 200, 201, 200, 201});
  CHECK(shifted.taken == std::vector<float>{6, 7, 7});
  CHECK(shifted.selected({.shifted = true}, 2) == shifted);
  CHECK_THROWS_WITH(kept.selected({.layer = 2}, 2), "expected a --layer below 2, got 2");
  CHECK_THROWS_WITH(kept.selected({.head = 2}, 2), "expected a --head below 2, got 2");
}

}  // namespace alinea
