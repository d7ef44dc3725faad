// At which share of the learning rate parameters learn.
#include "tasks/first_values.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "models/language_network.h"
#include "support/error.h"

namespace alinea {
namespace {

LanguageOptions three_layers(const std::string& architecture) {
  LanguageOptions options;
  options.network.encoder = architecture;
  options.network.layers = 3;
  options.network.embedding_size = options.network.hidden_size = 8;
  options.network.transformer.positions = "learned";
  options.network.transformer.norm = "pre";
  return options;
}

double rate_of(ParameterStore& store, const std::string& name) {
  return store.at(name).rate_factor();
}

TEST_CASE("with a layer decay each layer learns at a share of the rate of the one above") {
  LanguageNetwork network(three_layers("transformer"), 5, ParameterStore::Gradients::kNone);
  ParameterStore& store = network.parameters();
  FirstValuesOptions options = first_values_of_language_models();
  options.layer_decay = 0.5;
  scale_rates(options, store);
  CHECK(rate_of(store, "output.weight") == 1);
  CHECK(rate_of(store, "decoder.norm.gain") == 1);
  CHECK(rate_of(store, "decoder.layer2.self.query.weight") == 0.5);
  CHECK(rate_of(store, "decoder.layer1.feed_forward.norm.bias") == 0.25);
  CHECK(rate_of(store, "decoder.layer0.feed_forward.inner.weight") == 0.125);
  CHECK(rate_of(store, "decoder.embedding.weight") == 0.0625);
  CHECK(rate_of(store, "decoder.positions.weight") == 0.0625);
}

TEST_CASE("what is frozen by name learns nothing, and nothing else is") {
  LanguageNetwork network(three_layers("recurrent"), 5, ParameterStore::Gradients::kNone);
  ParameterStore& store = network.parameters();
  FirstValuesOptions options = first_values_of_language_models();
  options.freeze = "decoder.layer1,output.bias,decoder.embedding";
  options.layer_decay = 0.5;
  scale_rates(options, store);
  for (const Parameter& parameter : store.parameters()) {
    const std::string& name = parameter.name();
    CHECK(parameter.is_frozen() == (name.starts_with("decoder.layer1.") || name == "output.bias" ||
                                    name == "decoder.embedding.weight"));
  }
}

TEST_CASE("names that no parameter has, and freezing everything, are refused") {
  LanguageNetwork network(three_layers("recurrent"), 5, ParameterStore::Gradients::kNone);
  FirstValuesOptions options = first_values_of_language_models();
  for (const char* name : {"encoder", "decoder.layer", "layer1", "output.", "decoder,,output"}) {
    options.freeze = name;
    CHECK_THROWS_WITH(scale_rates(options, network.parameters()),
                      Catch::Contains("alinea inspect shows their names"));
  }
  options.freeze = "decoder,output";
  CHECK_THROWS_WITH(scale_rates(options, network.parameters()),
                    Catch::Contains("leaves nothing to learn"));
}

}  // namespace
}  // namespace alinea
