// What convolutional encoders and decoders see, start from and return.
#include <catch2/catch.hpp>
#include <cmath>

#include "models/near.h"
#include "models/variants.h"

namespace alinea {
namespace {

ModelOptions convolutional(int64_t kernel, int64_t encoder_layers, int64_t decoder_layers) {
  ModelOptions options;
  options.architecture = "convolutional";
  options.attention = "dot";
  options.embedding_size = 7;
  options.convolution.kernel = kernel;
  options.convolution.channels = "5,6";
  options.encoder_layers = encoder_layers;
  options.decoder_layers = decoder_layers;
  options.transformer.max_positions = 20;
  options.dropout = 0;
  return options;
}

// The states of one sentence, [S, E].
std::vector<float> states_of(const ModelOptions& options, std::span<const int32_t> words) {
  ParameterStore store;
  const auto encoder = make_encoder("convolutional", store, encoder_options(completed(options)),
                                    TinyBatch::kSourceVocabulary);
  store.allocate(ParameterStore::Gradients::kNone);
  Random random(3);
  store.initialize(random);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const int64_t length = std::ssize(words);
  const Encoded encoded = (*encoder)(tape, {words, std::span(&length, 1)});
  return {encoded.states.values().begin(), encoded.states.values().end()};
}

bool is_same_row(const std::vector<float>& a, const std::vector<float>& b, int64_t row) {
  return std::equal(a.begin() + row * 7, a.begin() + (row + 1) * 7, b.begin() + row * 7);
}

TEST_CASE("a state sees as many neighbours as its convolutions reach") {
  const auto [kernel, layers, left, right] = GENERATE(table<int64_t, int64_t, int64_t, int64_t>(
      {{3, 1, 1, 1}, {3, 2, 2, 2}, {2, 3, 0, 3}, {4, 2, 2, 4}, {1, 3, 0, 0}}));
  CAPTURE(kernel, layers);
  ModelOptions options = convolutional(kernel, layers, 1);
  options.convolution.channels = "6";
  const std::vector<int32_t> words{3, 4, 5, 6, 7, 8, 9, 3, 4, 5, 2};
  std::vector<int32_t> others = words;
  others[5] = 10;
  const std::vector<float> a = states_of(options, words), b = states_of(options, others);
  for (int64_t s = 0; s < std::ssize(words); ++s) {
    CAPTURE(s);
    // What stands right of the word sees it on its left.
    CHECK(is_same_row(a, b, s) == (s - 5 > left || 5 - s > right));
  }
}

TEST_CASE("gradients by what the encoder puts out are divided by the number of attentions") {
  ModelOptions options = convolutional(3, 2, 3);
  const TinyBatch tiny;
  const auto gradients = [&](bool scale, const std::string& name) {
    options.scale_gradients = scale;
    const auto model = random_model(options, 5);
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining);
    model->parameters().clear_gradients();
    tape.backward(model->likelihood(tape, tiny.batch).loss);
    const std::span<const float> gradient = model->parameters().at(name).gradient();
    return std::vector<float>(gradient.begin(), gradient.end());
  };
  for (const char* name : {"encoder.output.bias", "encoder.layer0.convolution.weight"}) {
    const std::vector<float> scaled = gradients(true, name), whole = gradients(false, name);
    for (size_t i = 0; i < whole.size(); ++i) CHECK(3 * scaled[i] == near(whole[i], 1e-4));
  }
  CHECK(gradients(true, "decoder.output.bias") == gradients(false, "decoder.output.bias"));
  // What attention reads of the words themselves is not divided.
  const std::vector<float> scaled = gradients(true, "encoder.positions.weight"),
                           whole = gradients(false, "encoder.positions.weight");
  CHECK(3 * scaled[0] != near(whole[0], 1e-4));
}

TEST_CASE("layers put out at first what has the variance that the paper wants") {
  ParameterStore store;
  const NormalisedLinear layer(store, "layer", 200, 300, 0.9F);
  store.allocate(ParameterStore::Gradients::kNone);
  Random random(4);
  store.initialize(random);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Variable x = tape.zeros({50, 200});
  for (float& value : x.values()) value = std::sqrt(3.0F) * (2 * random.uniform() - 1);
  double squares = 0;
  const Variable y = layer(tape, x);
  for (const float value : y.values()) squares += static_cast<double>(value * value);
  CHECK(squares / static_cast<double>(y.elements()) == Approx(0.9).epsilon(0.05));
}

}  // namespace
}  // namespace alinea
