#include "search/ensemble.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "models/near.h"
#include "models/variants.h"
#include "ops/engine.h"
#include "search/translator.h"
#include "support/error.h"
#include "text/vocabulary.h"

namespace alinea {
namespace {

using Words = std::vector<int32_t>;
using Keep = DecodingState::KeepAttention;
using Members = std::vector<const AutoregressiveModel*>;

ModelOptions small(const std::string& cell, const std::string& attention, int64_t hidden) {
  ModelOptions options;
  options.cell = cell;
  options.attention = attention;
  options.embedding_size = hidden - 1;
  options.hidden_size = hidden;
  options.encoder_hidden_size = hidden / 2;
  options.attention_size = hidden + 2;
  options.dropout = 0;
  return options;
}

ModelOptions small_transformer() {
  ModelOptions options = small("gru", "scaled-dot", 12);
  options.architecture = "transformer";
  options.embedding_size = 12;
  options.transformer.heads = 3;
  options.transformer.feed_forward_size = 9;
  options.encoder_layers = options.decoder_layers = 2;
  options.transformer.embedding_dropout = 0;
  return options;
}

// Of different cells, scores, wirings and sizes, and a Transformer.
struct Four {
  std::unique_ptr<EncoderDecoder> a = random_model(small("gru", "additive", 12), 1);
  std::unique_ptr<EncoderDecoder> b = random_model(small("lstm", "general", 14), 2);
  std::unique_ptr<EncoderDecoder> c = random_model(small("gru", "concat", 16), 3);
  std::unique_ptr<EncoderDecoder> d = random_model(small_transformer(), 4);
  Members members = {a.get(), b.get(), c.get(), d.get()};
};

// Of the heads, where the weights of one would be element i.
double mean_weight(const AttentionValues& values, size_t i) {
  const auto width = static_cast<size_t>(values.width);
  const auto row = static_cast<int64_t>(i / width);
  double sum = 0;
  for (int64_t head = 0; head < values.heads; ++head)
    sum += static_cast<double>(values.row(row / values.steps, head, row % values.steps)[i % width]);
  return sum / static_cast<double>(values.heads);
}

const std::vector<Words> kRead = {{3, 4, 5, 6, 7}, {8, 9, 3}, {}, {10, 10, 4, 3}};

TEST_CASE("an ensemble's probabilities and attention are the weighted means of its models'") {
  ops::set_threads(1);
  const Four four;
  const std::vector<double> given = {3, 1, 2, 4};
  const Ensemble ensemble(four.members, given);
  std::vector<SentencePair> pairs;
  for (const Words& source : kRead) pairs.push_back({source, {}});
  const Batch batch = make_batch(pairs);
  const Source source{batch.source, batch.source_lengths};
  std::vector<DecodingMemory> memory(4), memory_alone(4);
  const auto together = make_state(ensemble, source, Keep::kYes, memory);
  std::vector<std::unique_ptr<DecodingState>> alone;
  for (size_t m = 0; m < 4; ++m)
    alone.push_back(
        std::make_unique<DecodingState>(*four.members[m], source, Keep::kYes, memory_alone[m]));

  const std::vector<std::vector<Row>> steps = {
      {{0, 0, kBegin}, {1, 0, kBegin}, {2, 0, kBegin}, {3, 0, kBegin}},
      {{0, 0, 5}, {0, 0, 12}, {1, 1, 3}, {1, 1, 0}, {3, 3, 4}, {3, 3, 6}},
      {{1, 3, 7}, {3, 4, 8}}};
  for (const std::vector<Row>& rows : steps) {
    const StepOutput mean = together->advance(rows);
    std::vector<StepOutput> parts;
    for (const auto& state : alone) parts.push_back(state->advance(rows));
    REQUIRE(mean.log_probabilities.size() == rows.size() * size_t{TinyBatch::kTargetVocabulary});
    for (size_t i = 0; i < mean.log_probabilities.size(); ++i) {
      double p = 0;
      for (size_t m = 0; m < 4; ++m)
        p += given[m] / 10 * std::exp(static_cast<double>(parts[m].log_probabilities[i]));
      CHECK(mean.log_probabilities[i] == near(std::log(p), 1e-5));
    }
    REQUIRE(mean.attention.alpha.size() == rows.size() * static_cast<size_t>(mean.attention.width));
    for (size_t i = 0; i < mean.attention.alpha.size(); ++i) {
      double weight = 0;
      for (size_t m = 0; m < 4; ++m) weight += given[m] / 10 * mean_weight(parts[m].attention, i);
      CHECK(mean.attention.alpha[i] == near(weight, 1e-6));
    }
  }
}

TEST_CASE("a model with itself translates as it does alone, whatever the weights") {
  ops::set_threads(1);
  const Four four;
  TranslatorOptions options{.search = {.beam_size = 3, .n_best = 3, .max_length_factor = 1}};
  const auto alone = translate(*four.a, kRead, options);
  const auto twice =
      translate({Members{four.a.get(), four.a.get()}, std::vector<double>{1, 5}}, kRead, options);
  const auto others = translate({Members{four.a.get(), four.b.get()}, {}}, kRead, options);
  size_t different = 0;
  for (size_t n = 0; n < kRead.size(); ++n) {
    for (size_t i = 0; i < 3; ++i) {
      REQUIRE(twice[n][i].tokens == alone[n][i].tokens);
      CHECK(twice[n][i].log_probability == near(alone[n][i].log_probability, 1e-4));
    }
    different += others[n][0].tokens == alone[n][0].tokens ? 0 : 1;
  }
  CHECK(different > 0);
}

TEST_CASE("models that do not fit, weights that are none and means of windows are refused") {
  const Four four;
  const Members two = {four.a.get(), four.b.get()};
  CHECK_THROWS_AS(Ensemble(two, std::vector<double>{1}), UsageError);
  CHECK_THROWS_AS(Ensemble(two, std::vector<double>{1, 0}), UsageError);
  CHECK_THROWS_AS(Ensemble(two, std::vector<double>{1, -1}), UsageError);
  CHECK_THROWS_AS(Ensemble(two, std::vector<double>{1, std::nan("")}), UsageError);

  const EncoderDecoder other(small("gru", "additive", 12), {11, 14},
                             ParameterStore::Gradients::kNone);
  CHECK_THROWS_WITH(Ensemble(Members{four.a.get(), &other}, {}),
                    Catch::Contains("13") && Catch::Contains("14"));

  ModelOptions local = small("gru", "additive", 12);
  local.attention_mode = "local-p";
  const auto windowed = random_model(local, 1);
  const auto without = random_model(small("gru", "none", 12), 1);
  TranslatorOptions keep;
  keep.keep_attention = true;
  CHECK_THROWS_WITH(translate({Members{four.a.get(), windowed.get()}, {}}, kRead, keep),
                    Catch::Contains("local-p"));
  CHECK_THROWS_WITH(translate({Members{four.a.get(), without.get()}, {}}, kRead, keep),
                    Catch::Contains("no attention"));

  // Of sources whose rows they stack differently they have different positions.
  const auto stacking = [](int64_t rows) {
    ModelOptions options = small("gru", "additive", 12);
    options.source_type = "features";
    options.front_end.columns = 2;
    options.front_end.stacking = rows;
    return random_model(options, 1);
  };
  const auto by_one = stacking(1), by_four = stacking(4);
  const std::vector<float> features(16, 0.5F);
  const std::vector<SentencePair> rows = {{{}, {}, 0, {features, 2}}};
  const Ensemble both{Members{by_four.get(), by_one.get()}, {}};
  CHECK_THROWS_WITH(translate(both, rows, keep),
                    Catch::Contains("8 rows") && Catch::Contains("2 and 8"));
  CHECK(translate(both, rows, {}).size() == 1);

  CHECK(translate({Members{four.a.get(), windowed.get(), without.get()}, {}}, kRead, {}).size() ==
        kRead.size());
}

}  // namespace
}  // namespace alinea
