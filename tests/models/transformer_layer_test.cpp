// The parts of a Transformer's layers, and what a position may depend on.
#include "layers/transformer_layer.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <optional>
#include <stdexcept>

#include "autograd/gradient_check.h"
#include "decoders/decoder.h"
#include "encoders/transformer_encoder.h"
#include "models/near.h"
#include "models/variants.h"
#include "ops/engine.h"

namespace alinea {
namespace {

void fill(ParameterStore& store, uint64_t seed) {
  store.allocate(ParameterStore::Gradients::kNone);
  Random random(seed);
  for (float& value : store.values()) value = random.uniform() - 0.5F;
  store.changed();
}

// d = 15 in three heads.
TransformerOptions tiny_options(PositionKind positions) {
  return {.size = 15,
          .layers = 2,
          .heads = 3,
          .feed_forward_size = 7,
          .positions = positions,
          .relative_window = 3,
          .max_positions = 5};
}

std::vector<float> row(const Variable& x, int64_t r) {
  const int64_t size = x.columns();
  return {x.value() + r * size, x.value() + (r + 1) * size};
}

void check_near(std::span<const float> a, std::span<const float> b, double margin = 1e-5) {
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    CAPTURE(i);
    CHECK(a[i] == near(b[i], margin));
  }
}

TEST_CASE("sinusoids are those of the paper, at any position") {
  for (const int64_t size : {6, 7, 512}) {
    ParameterStore store;
    const Positions positions(store, "positions", PositionKind::kSinusoidal, 10, size, 1);
    CHECK(store.parameters().empty());
    CHECK_FALSE(positions.most());
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const std::vector<int64_t> at = {0, 1, 3, 255, 256, 257, 5000};
    const Variable zeros = tape.zeros({std::ssize(at), size});
    const Variable found = positions(tape, zeros, at);
    for (size_t r = 0; r < at.size(); ++r)
      for (int64_t i = 0; 2 * i < size; ++i) {
        CAPTURE(size, at[r], i);
        const double angle =
            static_cast<double>(at[r]) /
            std::pow(10000, static_cast<double>(2 * i) / static_cast<double>(size));
        const float* row = found.value() + static_cast<int64_t>(r) * size;
        CHECK(row[2 * i] == near(std::sin(angle), 1e-6));
        if (2 * i + 1 < size) CHECK(row[2 * i + 1] == near(std::cos(angle), 1e-6));
      }
    check_near(row(positions.add_step(tape, zeros, 3), 5), row(found, 2), 0);
  }
}

TEST_CASE("the last learned position stands for all beyond") {
  ParameterStore store;
  const Positions positions(store, "positions", PositionKind::kLearned, 5, 3, 1);
  fill(store, 1);
  REQUIRE(store.parameters().size() == 1);
  CHECK(store.parameters().front().name() == "positions.weight");
  CHECK(store.parameters().front().shape() == Shape{5, 3});
  CHECK(positions.most() == 5);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Variable x = tape.zeros({4, 3});
  std::fill_n(x.value(), 12, 1.0F);
  const Variable found = positions(tape, x, std::vector<int64_t>{2, 4, 5, 700});
  const std::span<const float> table = store.values();
  for (int64_t r = 0; r < 4; ++r)
    for (int64_t c = 0; c < 3; ++c)
      CHECK(found.value()[r * 3 + c] == 1 + table[static_cast<size_t>((r == 0 ? 2 : 4) * 3 + c)]);
}

TEST_CASE("without absolute positions nothing is added") {
  for (const PositionKind kind : {PositionKind::kRelative, PositionKind::kNone}) {
    ParameterStore store;
    const Positions positions(store, "positions", kind, 5, 3, 1);
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const Variable x = tape.zeros({2, 3});
    CHECK(positions(tape, x, std::vector<int64_t>{0, 9}).value() == x.value());
    CHECK(store.parameters().empty());
  }
}

// Norms with a gain of 1 and a bias of 0, and f(y) = 3 y² - y.
TEST_CASE("a sublayer normalises behind the sum, or before the function") {
  const NormPlace place = GENERATE(NormPlace::kPost, NormPlace::kPre);
  TransformerOptions options = tiny_options(PositionKind::kNone);
  options.norm = place;
  ParameterStore store;
  const Sublayer sublayer(store, "sub", options);
  store.allocate(ParameterStore::Gradients::kNone);
  Random random(2);
  store.initialize(random);
  TestTensor given({4, 15}, 3);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const auto f = [&](const Variable& y) {
    const Variable result = tape.zeros(y.shape());
    for (int64_t i = 0; i < y.elements(); ++i)
      result.value()[i] = 3 * y.value()[i] * y.value()[i] - y.value()[i];
    return result;
  };
  const Variable found = sublayer(tape, tape.constant(given.tensor()), f);

  using Row = std::vector<double>;
  const auto norm = [](const Row& x) {
    double mean = 0, variance = 0;
    for (const double v : x) mean += v / 15;
    for (const double v : x) variance += (v - mean) * (v - mean) / 15;
    Row y;
    for (const double v : x) y.push_back((v - mean) / std::sqrt(variance + 1e-5));
    return y;
  };
  const auto sum = [](const Row& x, const Row& of_f) {
    Row y;
    for (size_t i = 0; i < x.size(); ++i) y.push_back(x[i] + 3 * of_f[i] * of_f[i] - of_f[i]);
    return y;
  };
  for (int64_t r = 0; r < 4; ++r) {
    const auto begin = given.values().begin() + r * 15;
    const Row x(begin, begin + 15);
    const Row expected = place == NormPlace::kPost ? norm(sum(x, x)) : sum(x, norm(x));
    for (size_t i = 0; i < 15; ++i)
      CHECK(found.value()[r * 15 + static_cast<int64_t>(i)] == near(expected[i], 1e-5));
  }
}

TEST_CASE("self-attention step by step, with its cache, is that of all steps at once") {
  ops::set_threads(1);
  const PositionKind positions = GENERATE(PositionKind::kNone, PositionKind::kRelative);
  constexpr int64_t kRows = 3, kSteps = 37, kSize = 15;  // the cache grows twice
  ParameterStore store;
  const SelfAttention self(store, "self", tiny_options(positions), SelfAttention::Sees::kPast);
  fill(store, 4);
  TestTensor given({kRows * kSteps, kSize}, 5, -2, 2);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Variable x = tape.constant(given.tensor());
  const Variable at_once = self(tape, x, std::vector<int64_t>(kRows, kSteps));
  SelfAttention::Cache cache;
  for (int64_t t = 0; t < kSteps; ++t) {
    const Variable now = tape.zeros({kRows, kSize});
    for (int64_t r = 0; r < kRows; ++r)
      std::copy_n(x.value() + (r * kSteps + t) * kSize, kSize, now.value() + r * kSize);
    const Variable found = self.step(tape, now, cache, t + 1);
    for (int64_t r = 0; r < kRows; ++r) {
      CAPTURE(t, r);
      check_near(row(found, r), row(at_once, r * kSteps + t));
    }
  }
}

// The encoder's weights, from outside: what a position's state depends on.
struct TinyTransformer {
  explicit TinyTransformer(const TransformerOptions& transformer)
      : encoder(store,
                {.cell = "gru",
                 .layers = 2,
                 .bidirectional = true,
                 .embedding_size = 15,
                 .hidden_size = 6,
                 .residual = false,
                 .layer_normalization = false,
                 .dropout = {0, Dropout::Masks::kElement},
                 .word_dropout = 0,
                 .weight_drop = 0,
                 .transformer = transformer},
                TinyBatch::kSourceVocabulary) {
    fill(store, 6);
  }
  // [N, S, d]
  Variable operator()(Tape& tape, const std::vector<std::vector<int32_t>>& sentences) const {
    std::vector<int32_t> ids;
    std::vector<int64_t> lengths;
    for (const std::vector<int32_t>& sentence : sentences) {
      ids.insert(ids.end(), sentence.begin(), sentence.end());
      lengths.push_back(std::ssize(sentence));
    }
    return padded_states(tape, encoder(tape, {ids, lengths}));
  }
  ParameterStore store;
  TransformerEncoder encoder;
};

std::vector<int32_t> words(int64_t count, uint64_t seed) {
  Random random(seed);
  std::vector<int32_t> ids(static_cast<size_t>(count));
  for (int32_t& id : ids) id = static_cast<int32_t>(3 + random.next() % 8);
  return ids;
}

// 64 queries are looked at together.
TEST_CASE("a sentence of any length encodes to the same beside shorter and longer ones") {
  ops::set_threads(1);
  const std::string positions = GENERATE("sinusoidal", "learned", "relative", "none");
  TransformerOptions options = tiny_options(position_kind(positions));
  options.max_positions = 150;
  const TinyTransformer encoder(options);
  CHECK(encoder.encoder.most_words().has_value() == (positions == "learned"));
  for (const int64_t length : {1, 2, 7, 8, 63, 64, 65, 100}) {
    CAPTURE(positions, length);
    const std::vector<int32_t> sentence = words(length, 1);
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const Variable alone = encoder(tape, {sentence});
    const Variable beside =
        encoder(tape, {words(3, 2), sentence, words(130, 3), words(length + 1, 4)});
    const int64_t width = beside.shape()[1];
    REQUIRE(width == 130);
    for (int64_t s = 0; s < length; ++s) check_near(row(beside, width + s), row(alone, s));
    for (int64_t s = length; s < width; ++s)
      for (const float value : row(beside, width + s)) CHECK(value == 0);
  }
}

TEST_CASE("an encoder without positions sees words in no order, with positions in theirs") {
  ops::set_threads(1);
  const std::vector<int32_t> there = {3, 4, 5, 6, 7}, back = {7, 6, 5, 4, 3};
  for (const std::string& positions : position_names()) {
    CAPTURE(positions);
    const TinyTransformer encoder(tiny_options(position_kind(positions)));
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const Variable states = encoder(tape, {there, back});
    double difference = 0;
    for (int64_t s = 0; s < 5; ++s)
      for (int64_t c = 0; c < 15; ++c)
        difference =
            std::max(difference, std::abs(static_cast<double>(states.value()[s * 15 + c]) -
                                          static_cast<double>(states.value()[(9 - s) * 15 + c])));
    if (positions == "none") {
      CHECK(difference < 1e-5);
    } else {
      CHECK(difference > 1e-2);
    }
  }
}

TEST_CASE("self-attention that sees the past sees in full context what one that sees all does") {
  ops::set_threads(1);
  const TransformerOptions options =
      tiny_options(GENERATE(PositionKind::kSinusoidal, PositionKind::kRelative));
  ParameterStore past_store, all_store;
  const SelfAttention past(past_store, "self", options, SelfAttention::Sees::kPast,
                           /*in_full_context=*/true);
  const SelfAttention all(all_store, "self", options, SelfAttention::Sees::kAll);
  fill(past_store, 3);
  fill(all_store, 4);
  // The distances behind a word stand below those before it.
  for (const Parameter& parameter : all_store.parameters()) {
    const std::span<const float> own = past_store.at(parameter.name()).value();
    auto next = std::ranges::copy(own, parameter.value().begin()).out;
    for (const char* part : {"keys", "values"})
      if (parameter.name() == std::string("self.relative.") + part)
        next = std::ranges::copy(past_store.at(std::string("self.relative.later_") + part).value(),
                                 next)
                   .out;
    REQUIRE(next == parameter.value().end());
  }
  all_store.changed();
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Variable x = tape.zeros({7, 15});
  for (int64_t i = 0; i < x.elements(); ++i) x.value()[i] = std::sin(static_cast<float>(3 * i));
  const std::vector<int64_t> lengths = {5, 2};
  const Variable expected = all(tape, x, lengths), found = past.in_full_context(tape, x, lengths);
  check_near(found.values(), expected.values());
  const Variable causal = past(tape, x, lengths);
  for (const int64_t last : {4, 6}) check_near(row(causal, last), row(found, last));
  CHECK(row(causal, 0) != row(found, 0));
}

// A decoder whose two sources are given as states, of 3 and 4 words.
struct TinyDecoder {
  explicit TinyDecoder(const std::string& positions, bool universal = false) {
    ModelOptions options = transformer_variants().front().options;
    options.transformer.positions = positions;
    options.transformer.universal = universal;
    options.full_context = true;
    decoder = make_decoder("transformer", store, decoder_options(completed(options), 15),
                           TinyBatch::kTargetVocabulary);
    fill(store, 8);
  }
  // Weights [2, heads, T, S] of the first layers in full context, or of all of them step by step.
  std::vector<float> look(std::vector<int32_t> words, const Packing& packing,
                          std::optional<int64_t> layers) const {
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const Encoded encoded = this->encoded(tape);
    const Targets targets{.words = words, .packing = packing};
    const DecoderState state = decoder->start(tape, 2, &encoded);
    const AttentionWeights weights =
        layers ? decoder->full_context_attention(tape, targets, state, *layers)
               : decoder->unroll(tape, targets, state).attention.at(0);
    REQUIRE(weights.layers == layers.value_or(2));
    return {weights.alpha.values().begin(), weights.alpha.values().end()};
  }
  Encoded encoded(Tape& tape) const {
    const std::vector<int64_t> lengths = {3, 4};
    Encoded encoded{tape.zeros({7, 15}), SequenceLayout(lengths), {}};
    for (int64_t i = 0; i < 105; ++i) encoded.states.value()[i] = std::sin(static_cast<float>(i));
    return encoded;
  }
  std::vector<float> unroll(
      std::vector<int32_t>& words, const Packing& packing,
      const std::function<void(std::span<int32_t>, const Variable&)>& replace = {}) const {
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining);
    const Encoded encoded = this->encoded(tape);
    const Unrolled unrolled =
        decoder->unroll(tape, {.words = words, .packing = packing, .replace = replace},
                        decoder->start(tape, 2, &encoded));
    return {unrolled.readouts.values().begin(), unrolled.readouts.values().end()};
  }
  ParameterStore store;
  std::unique_ptr<Decoder> decoder;
};

// Two targets of 6 and 4 words, packed: step by step.
const std::vector<int64_t> kTargetLengths = {6, 4};
const std::vector<int32_t> kTargetWords = {1, 1, 4, 5, 6, 7, 8, 9, 10, 11};

TEST_CASE("a readout depends on the words up to its own, and on no later one") {
  ops::set_threads(1);
  const std::string positions = GENERATE("sinusoidal", "relative", "none");
  const TinyDecoder decoder(positions);
  const Packing packing(kTargetLengths);
  std::vector<int32_t> words = kTargetWords;
  const std::vector<float> before = decoder.unroll(words, packing);
  for (size_t changed = 0; changed < words.size(); ++changed) {
    words = kTargetWords;
    words[changed] = 3;
    const std::vector<float> after = decoder.unroll(words, packing);
    const int64_t n = changed < 8 ? static_cast<int64_t>(changed) % 2 : 0,
                  step = changed < 8 ? static_cast<int64_t>(changed) / 2
                                     : static_cast<int64_t>(changed) - 4;
    for (int64_t m = 0; m < 2; ++m)
      for (int64_t t = 0; t < kTargetLengths[static_cast<size_t>(m)]; ++t) {
        CAPTURE(positions, changed, m, t);
        const int64_t r = packing.row(m, t) * 15;
        const bool is_same =
            std::equal(before.begin() + r, before.begin() + r + 15, after.begin() + r);
        CHECK(is_same == (m != n || t < step));
      }
  }
}

TEST_CASE(
    "in full context every word's attention depends on every word of its target, and no other") {
  ops::set_threads(1);
  const std::string positions = GENERATE("sinusoidal", "relative", "none");
  const bool universal = GENERATE(false, true);
  CAPTURE(positions, universal);
  const TinyDecoder decoder(positions, universal);
  const Packing packing(kTargetLengths);
  constexpr int64_t kHeads = 3, kSteps = 6, kWidth = 4;
  const std::vector<float> causal = decoder.look(kTargetWords, packing, std::nullopt),
                           both = decoder.look(kTargetWords, packing, 2),
                           first = decoder.look(kTargetWords, packing, 1);
  // Whether the row of step t of sentence n is the same, in one of 6 heads of two layers.
  const auto same = [&](const std::vector<float>& a, const std::vector<float>& b, int64_t n,
                        int64_t head, int64_t t) {
    const auto begin = ((n * 2 * kHeads + head) * kSteps + t) * kWidth;
    return std::equal(a.begin() + begin, a.begin() + begin + kWidth, b.begin() + begin);
  };
  for (int64_t n = 0; n < 2; ++n)
    for (int64_t i = 0; i < kHeads * kSteps * kWidth; ++i)
      CHECK(first[n * kHeads * kSteps * kWidth + i] == both[n * 2 * kHeads * kSteps * kWidth + i]);
  std::vector<int32_t> words = kTargetWords;
  words.back() = 3;  // the last one of the first sentence
  const std::vector<float> changed = decoder.look(words, packing, 2),
                           changed_causal = decoder.look(words, packing, std::nullopt);
  for (int64_t head = 0; head < 2 * kHeads; ++head)
    for (int64_t t = 0; t < kSteps; ++t) {
      CAPTURE(head, t);
      CHECK_FALSE(same(changed, both, 0, head, t));
      CHECK(same(changed_causal, causal, 0, head, t) == (t + 1 < kSteps));
      CHECK(same(changed, both, 1, head, t));
    }
}

TEST_CASE("a decoder that was not made for it has no full context") {
  ParameterStore store;
  const auto decoder = make_decoder("bahdanau", store, decoder_options(completed({}), 15),
                                    TinyBatch::kTargetVocabulary);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  std::vector<int32_t> words = kTargetWords;
  const Packing packing(kTargetLengths);
  CHECK_THROWS_AS(
      decoder->full_context_attention(tape, {.words = words, .packing = packing}, {}, 1),
      std::logic_error);
}

TEST_CASE("words are replaced after a first pass over the given ones, and all of them are read") {
  ops::set_threads(1);
  const TinyDecoder decoder("sinusoidal");
  const Packing packing(kTargetLengths);
  std::vector<int32_t> words = kTargetWords;
  const std::vector<float> given = decoder.unroll(words, packing);
  CHECK(words == kTargetWords);

  std::vector<int32_t> own = kTargetWords;
  for (size_t i = 2; i < own.size(); ++i) own[i] = static_cast<int32_t>(3 + (5 * i) % 9);
  const std::vector<float> expected = decoder.unroll(own, packing);
  size_t next = 2, step = 0;
  const std::vector<float> found =
      decoder.unroll(words, packing, [&](std::span<int32_t> now, const Variable& readouts) {
        REQUIRE(readouts.rows() == std::ssize(now));
        const int64_t first = packing.offsets()[static_cast<int64_t>(step++)] * 15;
        for (int64_t i = 0; i < readouts.elements(); ++i)
          CHECK(readouts.value()[i] == given[static_cast<size_t>(first + i)]);
        for (int32_t& word : now) word = own[next++];
      });
  CHECK(step == 5);
  CHECK(words == own);
  CHECK(found == expected);
}

}  // namespace
}  // namespace alinea
