// The gradient of the whole loss, for every model that the options allow.
#include <catch2/catch.hpp>

#include "autograd/gradient_check.h"
#include "models/encoder_decoder.h"
#include "models/variants.h"
#include "ops/engine.h"
#include "ops/sum.h"

namespace alinea {
namespace {

// Keeps central differences from crossing a kink: moves what units of relu receive away from 0,
// half of them up and half of them down, lets either one of the two win that a maxout compares, and
// gives positions about 0.4 to halt with in a step, so that no sum of steps is near the threshold.
void keep_from_kinks(ParameterStore& store, const ModelOptions& options) {
  for (const Parameter& parameter : store.parameters()) {
    const std::span<float> values = parameter.value();
    if (parameter.name().ends_with("halting.weight"))
      for (float& weight : values) weight *= 0.2F;
    if (parameter.name().ends_with("halting.bias")) values[0] = -0.4F;
    const bool is_inner = parameter.name().ends_with(".feed_forward.inner.bias");
    const bool is_seen = parameter.name().starts_with("encoder.front_end.layer") &&
                         parameter.name().ends_with(".bias");
    for (size_t i = 0; i < values.size(); ++i) {
      if (is_seen) values[i] = i % 3 == 2 ? -4 : 4;
      if (is_inner && options.transformer.activation == "relu") values[i] = i % 2 == 0 ? 4 : -4;
      if (parameter.name() == "readout.bias" && options.readout == "maxout")
        values[i] = i % 4 == 0 || i % 4 == 3 ? 4 : 0;
    }
  }
  store.changed();
}

// Checks a model whose masks, where it has any, are the same at every call.
void check_gradient_of_loss(const ModelOptions& options, float teacher_forcing = 1) {
  static Arena arena;
  const TinyBatch tiny(/*open=*/options.copy);
  EncoderDecoder model(options, tiny_vocabularies(options), ParameterStore::Gradients::kKept);
  Random random(5);
  model.parameters().initialize(random);
  keep_from_kinks(model.parameters(), options);
  const auto loss = [&](bool backward) {
    Random dropout(7);
    arena.reset();
    Tape tape(arena, Tape::Mode::kTraining, &dropout);
    const Likelihood likelihood =
        model.likelihood(tape, tiny.batch, {.teacher_forcing = teacher_forcing});
    double value = 0;  // the loss, summed in double
    for (double log_probability : likelihood.log_probability) value -= log_probability;
    const Variable& penalty = likelihood.penalty;
    if (penalty) value += static_cast<double>(penalty.value()[0]);
    if (backward)
      tape.backward(penalty ? ops::add(tape, likelihood.loss, penalty) : likelihood.loss);
    return value;
  };
  check_parameter_gradients(model.parameters(), loss, /*samples=*/2, {5e-3F, 4e-3});
}

TEST_CASE("the gradient of the loss agrees with central differences in every variant") {
  ops::set_threads(1);  // the sizes are too small for more
  for (const Variant& variant : all_variants()) {
    INFO(variant.name);
    check_gradient_of_loss(variant.options);
  }
}

TEST_CASE("the gradient of the loss agrees with central differences for sources of features") {
  ops::set_threads(1);
  for (const Variant& variant : feature_variants()) {
    INFO(variant.name);
    check_gradient_of_loss(variant.options);
  }
}

TEST_CASE("the gradient agrees with central differences under every kind of dropout") {
  ops::set_threads(1);
  ModelOptions options;
  options.embedding_size = 7;
  options.hidden_size = 12;
  options.attention_size = 9;
  options.encoder_layers = options.decoder_layers = 2;
  options.dropout = 0.2;
  options.word_dropout = 0.2;
  options.weight_drop = 0.3;
  options.cell = GENERATE("gru", "lstm", "lbr-gru", "rnn");
  options.variational_dropout = GENERATE(false, true);
  options.decoder = GENERATE("bahdanau", "luong");
  CAPTURE(options.cell, options.variational_dropout, options.decoder);
  for (const bool input_feeding : {false, true}) {
    options.input_feeding = input_feeding;
    check_gradient_of_loss(options);
  }
}

TEST_CASE("the gradient agrees with central differences under a Transformer's dropouts") {
  ops::set_threads(1);
  const std::vector<Variant> variants = transformer_variants();
  for (size_t i = 0; i < variants.size(); i += 3) {
    INFO(variants[i].name);
    ModelOptions options = variants[i].options;
    options.dropout = 0.2;
    options.transformer.embedding_dropout = 0.15;
    options.transformer.attention_dropout = 0.25;
    options.transformer.activation_dropout = 0.1;
    options.word_dropout = 0.2;
    check_gradient_of_loss(options);
  }
}

TEST_CASE("the gradient agrees with central differences where the decoder reads its own words") {
  ops::set_threads(1);
  ModelOptions options;
  options.embedding_size = 7;
  options.hidden_size = 10;
  options.attention_size = 9;
  options.dropout = 0;
  options.decoder = GENERATE("bahdanau", "luong");
  options.input_feeding = GENERATE(false, true);
  CAPTURE(options.decoder, options.input_feeding);
  check_gradient_of_loss(options, 0.3F);
}

}  // namespace
}  // namespace alinea
