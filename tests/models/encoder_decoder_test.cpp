#include "models/encoder_decoder.h"

#include <catch2/catch.hpp>
#include <map>
#include <numeric>

#include "models/near.h"
#include "models/variants.h"
#include "ops/engine.h"

namespace alinea {
namespace {

double total(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

float loss_of(const EncoderDecoder& model, const Batch& batch, Random* dropout = nullptr) {
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining, dropout);
  return model.likelihood(tape, batch).loss.value()[0];
}

float loss_with_seed(const EncoderDecoder& model, const Batch& batch, uint64_t seed) {
  Random random(seed);
  return loss_of(model, batch, &random);
}

// The sizes are large enough that every kind of operation shares its work among threads.
struct Larger {
  Larger() {
    Random random(3);
    const auto sentence = [&](uint64_t length) {
      std::vector<int32_t> ids(static_cast<size_t>(length));
      for (int32_t& id : ids) id = static_cast<int32_t>(3 + random.next() % 497);
      return ids;
    };
    for (uint64_t n = 0; n < 13; ++n) {
      sources.push_back(sentence(23 - n));
      targets.push_back(sentence(7 + 5 * n % 17));
    }
    std::vector<SentencePair> pairs;
    for (size_t n = 0; n < sources.size(); ++n) pairs.push_back({sources[n], targets[n]});
    batch = make_batch(pairs);
  }
  std::vector<std::vector<int32_t>> sources, targets;
  Batch batch;
};

TEST_CASE("the loss is minus the sum of the log-probabilities, and recording changes nothing") {
  ops::set_threads(1);
  const TinyBatch tiny;
  for (const Variant& variant : all_variants()) {
    INFO(variant.name);
    const auto model = random_model(variant.options, 1);
    Arena arena;
    Tape training(arena, Tape::Mode::kTraining), inference(arena, Tape::Mode::kInference);
    const Likelihood trained = model->likelihood(training, tiny.batch);
    const Likelihood scored = model->likelihood(inference, tiny.batch);
    CHECK(-static_cast<double>(trained.loss.value()[0]) ==
          near(total(trained.log_probability), 1e-4));
    REQUIRE(scored.log_probability.size() == 4);
    for (size_t n = 0; n < 4; ++n)
      CHECK(scored.log_probability[n] == near(trained.log_probability[n], 1e-5));
  }
}

// Every word that may come next, </s> too, summed over: one step's distribution is one.
TEST_CASE("the probabilities of all one-word continuations sum to 1 in every variant") {
  ops::set_threads(1);
  const std::vector<int32_t> source = {3, 4, 5};
  for (const Variant& variant : all_variants()) {
    INFO(variant.name);
    const auto model = random_model(variant.options, 2);
    const std::vector<int64_t> lengths = {4};
    const std::vector<int32_t> ids = {3, 4, 5, 2};
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const Source read{ids, lengths};
    DecoderState state = model->start(tape, read);
    const std::vector<int32_t> begin = {1};
    const DecoderStep step = model->step(tape, begin, state, 1);
    const Tensor log_p = next_log_probabilities(*model, tape, step, read);
    REQUIRE(log_p.shape == Shape{1, TinyBatch::kTargetVocabulary});
    double sum = 0;
    for (float value : log_p.values()) sum += std::exp(static_cast<double>(value));
    CHECK(sum == near(1, 1e-5));

    const std::vector<int32_t> nothing;
    const std::vector<SentencePair> pair = {{source, nothing}};
    const Batch batch = make_batch(pair);
    const double scored = model->likelihood(tape, batch).log_probability[0];  // of </s> alone
    CHECK(scored == near(static_cast<double>(log_p.values()[2]), 1e-5));
  }
}

TEST_CASE("dropout changes the loss, the same way for the same key") {
  ops::set_threads(1);
  const TinyBatch tiny;
  for (const Variant& variant : all_variants()) {
    INFO(variant.name);
    ModelOptions options = variant.options;
    const float without = loss_of(*random_model(options, 4), tiny.batch);
    options.dropout = 0.4;
    const auto model = random_model(options, 4);
    CHECK(loss_of(*model, tiny.batch) == without);  // no generator, nothing dropped
    const float dropped = loss_with_seed(*model, tiny.batch, 1);
    CHECK(dropped != without);
    CHECK(loss_with_seed(*model, tiny.batch, 1) == dropped);
    CHECK(loss_with_seed(*model, tiny.batch, 2) != dropped);
  }
}

// One mask for each layer of the encoder, one between two layers of the decoder at every step (or
// for all steps at once), one for the target words and one for the readout. Variational dropout has
// one for all steps everywhere.
TEST_CASE("dropout draws a mask wherever the model has one") {
  ops::set_threads(1);
  const TinyBatch tiny;
  ModelOptions options;
  options.embedding_size = 7;
  options.hidden_size = 12;
  options.dropout = 0.2;
  const auto draws = [&] {
    Random random(1), counted(1);
    loss_of(*random_model(options, 4), tiny.batch, &random);
    int64_t count = 0;
    for (; counted.state() != random.state(); ++count) counted.next();
    return count;
  };
  CHECK(draws() == 3);
  options.encoder_layers = 3;
  CHECK(draws() == 5);
  options.decoder_layers = 2;
  CHECK(draws() == 5 + 7);
  options.variational_dropout = true;
  CHECK(draws() == 5 + 1);
  options.weight_drop = 0.3;  // of two directions in three layers, and of two layers
  CHECK(draws() == 5 + 1 + 6 + 2);
  options.weight_drop = 0;
  options.variational_dropout = false;
  options.decoder = "luong";
  options.input_feeding = false;
  CHECK(draws() == 5 + 1);
}

TEST_CASE("dropped weights change the loss, the same way for the same key") {
  ops::set_threads(1);
  const TinyBatch tiny;
  ModelOptions options = all_variants().front().options;
  const float without = loss_of(*random_model(options, 4), tiny.batch);
  options.weight_drop = 0.4;
  const auto model = random_model(options, 4);
  CHECK(loss_of(*model, tiny.batch) == without);
  const float dropped = loss_with_seed(*model, tiny.batch, 1);
  CHECK(dropped != without);
  CHECK(loss_with_seed(*model, tiny.batch, 1) == dropped);
  CHECK(loss_with_seed(*model, tiny.batch, 2) != dropped);
}

// Weights of every target word for every source word would take S * T floats, several times over.
TEST_CASE("a very long pair is scored in memory that grows with its length alone") {
  ops::set_threads(1);
  constexpr size_t kLength = 3000;
  std::vector<int32_t> source(kLength), target(kLength);
  for (size_t i = 0; i < kLength; ++i) {
    source[i] = static_cast<int32_t>(3 + i * i % 7);
    target[i] = static_cast<int32_t>(3 + i * i % 9);
  }
  const Batch batch = make_batch(std::vector<SentencePair>{{source, target}});
  const bool input_feeding = GENERATE(false, true);
  for (const std::string& decoder : decoder_names()) {
    CAPTURE(decoder, input_feeding);
    ModelOptions options;
    options.embedding_size = 7;
    options.hidden_size = 12;
    options.attention = decoder == "transformer" && input_feeding ? "scaled-dot" : "general";
    options.decoder = decoder;
    options.transformer.heads = 1;
    options.convolution.channels = "7";
    options.input_feeding = input_feeding;
    const auto model = random_model(options, 4);
    const auto score = [&](bool keep_attention) {
      Arena arena;
      Tape tape(arena, Tape::Mode::kInference);
      const Likelihood likelihood =
          model->likelihood(tape, batch, {.keep_attention = keep_attention});
      CHECK(likelihood.attention.empty() != keep_attention);
      return std::pair(likelihood.log_probability[0], arena.high_water());
    };
    const auto [kept, whole] = score(true);
    const auto [passing, little] = score(false);
    CHECK(passing == Approx(kept).epsilon(1e-6));
    CHECK(whole > 50'000'000);
    CHECK(little < 25'000'000);
  }
}

TEST_CASE("label smoothing changes the loss and no log-probability") {
  ops::set_threads(1);
  const TinyBatch tiny;
  const auto model = random_model(all_variants().front().options, 5);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Likelihood plain = model->likelihood(tape, tiny.batch);
  const Likelihood smoothed = model->likelihood(tape, tiny.batch, {.label_smoothing = 0.1F});
  CHECK(smoothed.log_probability == plain.log_probability);
  CHECK(smoothed.loss.value()[0] != plain.loss.value()[0]);
}

TEST_CASE("the same threads give the same loss and gradients to the bit") {
  const Larger larger;
  for (const int threads : {1, 2}) {
    ops::set_threads(threads);
    for (const std::string& wiring : decoder_names()) {
      CAPTURE(threads, wiring);
      ModelOptions options;
      options.embedding_size = 48;
      options.hidden_size = 96;
      options.decoder = wiring;
      options.attention = wiring == "luong" ? "general" : "additive";
      EncoderDecoder model(options, {500, 500}, ParameterStore::Gradients::kKept);
      Random initial(6);
      model.parameters().initialize(initial);
      const auto run = [&] {
        Random random(7);
        Arena arena;
        Tape tape(arena, Tape::Mode::kTraining, &random);
        model.parameters().clear_gradients();
        const Likelihood likelihood = model.likelihood(tape, larger.batch);
        tape.backward(likelihood.loss);
        const auto gradients = model.parameters().gradients();
        return std::pair(likelihood.loss.value()[0],
                         std::vector<float>(gradients.begin(), gradients.end()));
      };
      const auto first = run();
      CHECK(first.first > 0);
      for (int i = 0; i < 5; ++i) {
        const auto again = run();
        CHECK(again.first == first.first);
        CHECK(again.second == first.second);
      }
    }
  }
  ops::set_threads(1);
}

TEST_CASE(
    "wide matrices of general and local-p learn at a share of the rate, all else at all of it") {
  for (const int64_t hidden : {6, 64, 96, 512}) {
    ModelOptions options;
    options.attention = "general";
    options.attention_mode = "local-p";
    options.embedding_size = 6;
    options.hidden_size = hidden;
    options.attention_size = 32;
    EncoderDecoder model(options, {.source = 5, .target = 7}, ParameterStore::Gradients::kNone);
    const std::map<std::string, double> shares = {
        {"attention.key.weight", 64.0 / static_cast<double>(hidden)},
        {"attention.position.weight", 8.0 / static_cast<double>(hidden)},
        {"attention.position.v.weight", 8.0 / 32},
    };
    for (const Parameter& parameter : model.parameters().parameters()) {
      CAPTURE(parameter.name(), hidden);
      const auto share = shares.find(parameter.name());
      CHECK(parameter.rate_factor() == 1);
      CHECK(parameter.normalized_rate_factor() ==
            (share == shares.end() ? 1.0 : std::min(1.0, share->second)));
    }
  }
}

}  // namespace
}  // namespace alinea
