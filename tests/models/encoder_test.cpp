// What a sentence encodes to is its own affair.
#include <catch2/catch.hpp>

#include "encoders/recurrent_encoder.h"
#include "models/near.h"
#include "models/variants.h"
#include "ops/engine.h"
#include "text/vocabulary.h"

namespace alinea {
namespace {

// The last one is empty.
const std::vector<std::vector<int32_t>> kSentences = {
    {9, 10, 3}, {3, 4, 5, 6, 7, 8}, {4, 4, 4}, {5}, {}};

struct Setting {
  std::string cell;
  int64_t layers;
  bool bidirectional;
  bool intra_attention;
};

std::vector<Setting> settings() {
  std::vector<Setting> all;
  for (const std::string& cell : cell_names())
    for (int64_t layers : {1, 2})
      for (bool bidirectional : {false, true})
        for (bool intra_attention : {false, true})
          all.push_back({cell, layers, bidirectional, intra_attention});
  return all;
}

struct TinyEncoder {
  static constexpr int64_t kHidden = 7;
  explicit TinyEncoder(const Setting& setting)
      : encoder(store, options(setting), TinyBatch::kSourceVocabulary) {
    store.allocate(ParameterStore::Gradients::kNone);
    Random random(11);
    for (float& value : store.values()) value = 1.4F * random.uniform() - 0.7F;
    store.changed();
  }
  static EncoderOptions options(const Setting& setting) {
    return {.cell = setting.cell,
            .layers = setting.layers,
            .bidirectional = setting.bidirectional,
            .embedding_size = 9,
            .hidden_size = kHidden,
            .residual = false,
            .layer_normalization = false,
            .dropout = {0, Dropout::Masks::kElement},
            .word_dropout = 0,
            .weight_drop = 0,
            .transformer = {},
            .intra_attention = setting.intra_attention};
  }

  ParameterStore store;
  RecurrentEncoder encoder;
};

// The states are padded, [N, S, K]. The result lives in the arena.
struct PaddedEncoded {
  Variable states;
  std::vector<RecurrentState> last;
};
PaddedEncoded encode(const TinyEncoder& tiny, Arena& arena,
                     std::span<const std::vector<int32_t>> sentences) {
  // Targets ever shorter, so that the batch keeps the order of the sentences.
  const std::vector<int32_t> words(sentences.size(), 3);
  std::vector<SentencePair> pairs;
  for (size_t n = 0; n < sentences.size(); ++n)
    pairs.push_back({sentences[n], std::span(words).subspan(n)});
  const Batch batch = make_batch(pairs);
  Tape tape(arena, Tape::Mode::kInference);
  const Encoded encoded = tiny.encoder(tape, {batch.source, batch.source_lengths});
  return {padded_states(tape, encoded), encoded.last};
}

std::span<const float> row_of(const Variable& x, int64_t row) {
  return x.values().subspan(static_cast<size_t>(row * x.columns()),
                            static_cast<size_t>(x.columns()));
}

void check_same(std::span<const float> a, std::span<const float> b) {
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) CHECK(a[i] == near(b[i], 2e-6));
}

TEST_CASE("a sentence encodes to the same alone and beside others") {
  ops::set_threads(1);
  for (const Setting& setting : settings()) {
    CAPTURE(setting.cell, setting.layers, setting.bidirectional, setting.intra_attention);
    const TinyEncoder tiny(setting);
    Arena together, alone;
    const PaddedEncoded batch = encode(tiny, together, kSentences);
    REQUIRE(batch.last.size() == static_cast<size_t>(setting.layers));
    for (size_t n = 0; n < kSentences.size(); ++n) {
      CAPTURE(n);
      alone.reset();
      const PaddedEncoded one = encode(tiny, alone, std::span(kSentences).subspan(n, 1));
      const auto row = static_cast<int64_t>(n), length = one.states.shape()[1];
      REQUIRE(length == static_cast<int64_t>(kSentences[n].size()) + 1);
      for (int64_t s = 0; s < length; ++s)
        check_same(row_of(batch.states, row * batch.states.shape()[1] + s), row_of(one.states, s));
      for (size_t l = 0; l < one.last.size(); ++l) {
        check_same(row_of(batch.last[l].h, row), row_of(one.last[l].h, 0));
        REQUIRE(static_cast<bool>(one.last[l].c) == (setting.cell == "lstm"));
        if (one.last[l].c) check_same(row_of(batch.last[l].c, row), row_of(one.last[l].c, 0));
      }
    }
  }
}

TEST_CASE("the states on padding are 0, and only those") {
  ops::set_threads(1);
  for (const Setting& setting : settings()) {
    CAPTURE(setting.cell, setting.layers, setting.bidirectional, setting.intra_attention);
    const TinyEncoder tiny(setting);
    Arena arena;
    const Variable states = encode(tiny, arena, kSentences).states;
    const int64_t width = states.shape()[1];
    REQUIRE(states.shape() == Shape{5, 7, (setting.bidirectional ? 2 : 1) * TinyEncoder::kHidden});
    for (int64_t n = 0; n < 5; ++n)
      for (int64_t s = 0; s < width; ++s) {
        const bool is_word = s <= static_cast<int64_t>(kSentences[static_cast<size_t>(n)].size());
        for (float value : row_of(states, n * width + s)) CHECK((value != 0) == is_word);
      }
  }
}

TEST_CASE("the last h is that after the last token, backward that after the first") {
  ops::set_threads(1);
  for (const Setting& setting : settings()) {
    CAPTURE(setting.cell, setting.layers, setting.bidirectional, setting.intra_attention);
    const TinyEncoder tiny(setting);
    Arena arena;
    const PaddedEncoded encoded = encode(tiny, arena, kSentences);
    const int64_t width = encoded.states.shape()[1];
    const size_t half = TinyEncoder::kHidden;
    for (int64_t n = 0; n < 5; ++n) {
      const auto length = static_cast<int64_t>(kSentences[static_cast<size_t>(n)].size()) + 1;
      const std::span<const float> last = row_of(encoded.last.back().h, n);
      const std::span<const float> at_end = row_of(encoded.states, n * width + length - 1);
      const std::span<const float> at_start = row_of(encoded.states, n * width);
      check_same(last.first(half), at_end.first(half));
      if (setting.bidirectional) check_same(last.subspan(half), at_start.subspan(half));
    }
  }
}

// h_n holds everything before it, and nothing after it, in the forward half; and the other way
// round in the backward half.
TEST_CASE("one layer reads forward up to each word and backward down to it") {
  ops::set_threads(1);
  const bool intra_attention = GENERATE(false, true);
  for (const std::string& cell : cell_names()) {
    CAPTURE(cell, intra_attention);
    const TinyEncoder tiny({cell, 1, true, intra_attention});
    Arena arena;
    const std::vector<std::vector<int32_t>> pair = {{3, 4, 5, 6}, {3, 4, 9, 6}};
    const Variable states = encode(tiny, arena, pair).states;
    const size_t half = TinyEncoder::kHidden;
    const auto same = [&](int64_t s, size_t from) {
      const auto a = row_of(states, s).subspan(from, half);
      const auto b = row_of(states, 5 + s).subspan(from, half);
      return std::equal(a.begin(), a.end(), b.begin());
    };
    for (int64_t s = 0; s < 5; ++s) {
      CAPTURE(s);
      CHECK(same(s, 0) == (s < 2));
      CHECK(same(s, half) == (s > 2));
    }
  }
}

}  // namespace
}  // namespace alinea
