// Models whose sources are rows of features.
#include <catch2/catch.hpp>

#include "models/encoder_decoder.h"
#include "models/near.h"
#include "models/variants.h"
#include "ops/engine.h"
#include "search/translator.h"
#include "support/error.h"

namespace alinea {
namespace {

// Example n of the batch alone.
SentencePair example(const TinyBatch& tiny, int64_t n) {
  const Batch& batch = tiny.batch;
  const auto row = static_cast<size_t>(n);
  int64_t first = 0;
  for (size_t i = 0; i < row; ++i) first += batch.source_lengths[i];
  const std::span<const float> rows =
      std::span(batch.features)
          .subspan(static_cast<size_t>(first * TinyBatch::kColumns),
                   static_cast<size_t>(batch.source_lengths[row] * TinyBatch::kColumns));
  return {{}, tiny.targets[static_cast<size_t>(batch.index[row])], n, {rows, TinyBatch::kColumns}};
}

std::vector<SentencePair> examples(const TinyBatch& tiny) {
  std::vector<SentencePair> pairs;
  for (int64_t n = 0; n < tiny.batch.size; ++n) pairs.push_back(example(tiny, n));
  return pairs;
}

TEST_CASE("examples of features score in a batch as they do alone") {
  ops::set_threads(1);
  const TinyBatch tiny;
  const std::vector<SentencePair> pairs = examples(tiny);
  for (const Variant& variant : feature_variants()) {
    INFO(variant.name);
    const auto model = random_model(variant.options, 3);
    const std::vector<ScoredPair> together = score(*model, pairs, {.keep_attention = true});
    for (size_t n = 0; n < pairs.size(); ++n) {
      const std::vector<ScoredPair> alone =
          score(*model, std::span(pairs).subspan(n, 1), {.keep_attention = true});
      CHECK(together[n].log_probability == near(alone[0].log_probability, 1e-4));
      const int64_t positions = model->source_positions(tiny.batch.source_lengths[n]);
      REQUIRE(std::ssize(together[n].attention.alpha) ==
              together[n].tokens * attention_rows(variant.options) * positions);
      for (size_t i = 0; i < together[n].attention.alpha.size(); ++i)
        CHECK(together[n].attention.alpha[i] == near(alone[0].attention.alpha[i], 1e-5));
    }
  }
}

TEST_CASE("what a search finds of features has the probability that scoring gives it") {
  ops::set_threads(1);
  const TinyBatch tiny;
  for (const Variant& variant : feature_variants()) {
    INFO(variant.name);
    const auto model = random_model(variant.options, 4);
    std::vector<SentencePair> pairs = examples(tiny);
    TranslatorOptions options;
    options.keep_attention = true;
    const auto found = translate(*model, pairs, options);
    for (size_t n = 0; n < pairs.size(); ++n) {
      REQUIRE_FALSE(found[n].empty());
      const Hypothesis& best = found[n].front();
      if (!best.ended) continue;
      pairs[n].target = best.tokens;
      const ScoredPair scored =
          score(*model, std::span(pairs).subspan(n, 1), {.keep_attention = true})[0];
      CHECK(scored.log_probability == near(best.log_probability, 1e-3));
      CHECK(scored.attention.alpha.size() == best.attention.alpha.size());
    }
  }
}

// The first position up to which weights make half of their sum.
int64_t median(std::span<const float> weights) {
  double sum = 0, half = 0;
  for (const float weight : weights) half += static_cast<double>(weight) / 2;
  for (int64_t s = 0; s < std::ssize(weights); ++s)
    if ((sum += static_cast<double>(weights[static_cast<size_t>(s)])) >= half) return s;
  return std::ssize(weights) - 1;
}

TEST_CASE("windowed decoding looks around the median of the last weights alone") {
  ops::set_threads(1);
  const TinyBatch tiny;
  ModelOptions options = feature_variants()[0].options;
  options.location_aware = true;
  options.attention_mode = "global";
  options.front_end.stacking = 1;
  options.front_end.subsampling = 0;
  const auto model = random_model(options, 6);
  const std::vector<SentencePair> pairs = examples(tiny);
  TranslatorOptions how;
  how.keep_attention = true;
  how.attention_reach = 1;
  how.search.min_length = 4;
  const auto found = translate(*model, pairs, how);
  for (size_t n = 0; n < pairs.size(); ++n) {
    const std::vector<float>& alpha = found[n].front().attention.alpha;
    const auto width = static_cast<size_t>(tiny.batch.source_lengths[n]);
    for (size_t t = 0; t < alpha.size() / width; ++t) {
      const std::span<const float> row = std::span(alpha).subspan(t * width, width);
      const int64_t middle = t == 0 ? 0 : median(std::span(alpha).subspan((t - 1) * width, width));
      for (int64_t s = 0; s < std::ssize(row); ++s) {
        const bool is_near = std::abs(s - middle) <= 1;
        CHECK((row[static_cast<size_t>(s)] != 0) == is_near);
      }
    }
  }
}

TEST_CASE("stacking and halving round lengths up") {
  ModelOptions options;
  options.source_type = "features";
  options.encoder_layers = 3;
  options.front_end = {.stacking = 3, .subsampling = 2, .columns = 2};
  const EncoderDecoder model(options, {0, 5}, ParameterStore::Gradients::kLater);
  for (const auto& [rows, positions] :
       {std::pair(1, 1), {3, 1}, {4, 1}, {12, 1}, {13, 2}, {24, 2}, {25, 3}})
    CHECK(model.source_positions(rows) == positions);
}

TEST_CASE("a picture becomes a grid of cells, whose neighbours are a position") {
  ModelOptions options;
  options.source_type = "features";
  options.encoder_layers = 2;
  options.front_end = {.stacking = 2, .subsampling = 1, .columns = 3, .height = 7, .width = 9};
  CHECK(options.front_end.cells_down() == 7);
  CHECK(options.front_end.cells_across() == 9);
  CHECK(options.rows_per_position() == 4);
  options.front_end.name = "convolution";
  options.front_end.stacking = 1;
  options.front_end.layers = 2;
  CHECK(options.front_end.cells_down() == 2);
  CHECK(options.front_end.cells_across() == 3);
  const EncoderDecoder model(options, {0, 5}, ParameterStore::Gradients::kLater);
  CHECK(model.source_positions(7 * 9) == 2 * 3 / options.rows_per_position());
}

TEST_CASE("an example without rows is one of zeros") {
  ops::set_threads(1);
  const Variant variant = feature_variants()[0];
  const auto model = random_model(variant.options, 5);
  const std::vector<int32_t> target = {3};
  const std::vector<float> zeros(TinyBatch::kColumns);
  const std::vector<SentencePair> pairs = {{{}, target, 0, {{}, TinyBatch::kColumns}},
                                           {{}, target, 1, {zeros, TinyBatch::kColumns}}};
  const std::vector<ScoredPair> scored = score(*model, pairs, {});
  CHECK(scored[0].log_probability == near(scored[1].log_probability, 1e-5));
}

TEST_CASE("what features do not have is refused by name") {
  const auto refuses = [](ModelOptions options, const char* reason) {
    options.source_type = "features";
    CHECK_THROWS_AS(completed(options), UsageError);
    CHECK_THROWS_WITH(completed(options), Catch::Contains(reason));
  };
  ModelOptions tied;
  tied.tie_embeddings = "all";
  tied.embedding_size = tied.hidden_size;
  refuses(tied, "tie-embeddings all requires a source of words");
  ModelOptions location;
  location.attention = "location";
  refuses(location, "attention location knows the positions of words");
  ModelOptions halved;
  halved.front_end.subsampling = 1;
  refuses(halved, "subsampling 1 requires as many layers above the first");
  halved.encoder = "window";
  refuses(halved, "but the encoder is window");
  ModelOptions intra;
  intra.front_end.subsampling = 1;
  intra.encoder_layers = 2;
  intra.intra_attention = true;
  refuses(intra, "leave out one of them");
}

}  // namespace
}  // namespace alinea
