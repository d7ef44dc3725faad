#include "models/model_options.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "models/encoder_decoder.h"
#include "models/variants.h"
#include "options/field_list.h"
#include "support/error.h"

namespace alinea {
namespace {

using Change = void (*)(ModelOptions&);

template <typename Action>
std::string refusal(Action action) {
  try {
    action();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

std::string refusal_of(Change change) {
  ModelOptions options;
  change(options);
  return refusal([&] { completed(options); });
}

// The scores and the cells look at their sizes when the model is made.
std::string refusal_of_model(Change change) {
  ModelOptions options;
  options.embedding_size = 8;
  options.hidden_size = 12;
  change(options);
  return refusal([&] { EncoderDecoder(options, {5, 5}, ParameterStore::Gradients::kNone); });
}

TEST_CASE("what was left to its default is filled in") {
  const ModelOptions options = completed({});
  CHECK(options.decoder == "bahdanau");
  CHECK(options.encoder_hidden_size == 256);
  CHECK(options.attention_size == 512);
  CHECK(options.state_size() == 512);
  CHECK_FALSE(options.input_feeding);

  ModelOptions forward;
  forward.bidirectional = false;
  forward.hidden_size = 7;
  CHECK(completed(forward).encoder_hidden_size == 7);
  CHECK(completed(forward).state_size() == 7);
}

TEST_CASE("the additive score takes the Bahdanau wiring, every other the Luong wiring") {
  for (const std::string& score : attention_names()) {
    CAPTURE(score);
    ModelOptions options;
    options.attention = score;
    CHECK(completed(options).decoder == (score == "additive" ? "bahdanau" : "luong"));
    for (const std::string& wiring : decoder_names()) {
      if (score == "none" && (wiring == "transformer" || wiring == "convolutional")) continue;
      options.decoder = wiring;
      CHECK(completed(options).decoder == wiring);
    }
  }
}

TEST_CASE("input is fed where there is a Luong wiring and something to feed") {
  const auto fed = [](const char* score, const char* wiring, bool asked) {
    ModelOptions options;
    options.attention = score;
    options.decoder = wiring;
    options.input_feeding = asked;
    return completed(options).input_feeding;
  };
  CHECK(fed("dot", "luong", true));
  CHECK_FALSE(fed("dot", "luong", false));
  CHECK_FALSE(fed("dot", "bahdanau", true));
  CHECK_FALSE(fed("none", "luong", true));
}

TEST_CASE("sizes that were given stay, and completing twice changes nothing") {
  ModelOptions options;
  options.hidden_size = 9;
  options.encoder_hidden_size = 5;
  options.attention_size = 4;
  const ModelOptions once = completed(options);
  CHECK(once.encoder_hidden_size == 5);
  CHECK(once.attention_size == 4);
  CHECK(once.state_size() == 10);
  CHECK(to_json_fields(completed(once)) == to_json_fields(once));
}

TEST_CASE("options survive JSON, in every variant") {
  for (const Variant& variant : all_variants()) {
    INFO(variant.name);
    const nlohmann::ordered_json json = to_json_fields(completed(variant.options));
    const auto text = nlohmann::ordered_json::parse(json.dump());
    CHECK(to_json_fields(model_options_from_json(text)).dump() == json.dump());
  }
}

TEST_CASE("every field has its own place in JSON") {
  const nlohmann::ordered_json json = {{"architecture", "recurrent"},
                                       {"encoder", "recurrent"},
                                       {"decoder", "luong"},
                                       {"cell", "lstm"},
                                       {"encoder_layers", 11},
                                       {"decoder_layers", 12},
                                       {"bidirectional", false},
                                       {"embedding_size", 13},
                                       {"hidden_size", 14},
                                       {"encoder_hidden_size", 15},
                                       {"attention_size", 16},
                                       {"attention", "dot"},
                                       {"attention_mode", "local-p"},
                                       {"attention_window", 17},
                                       {"attention_heads", 18},
                                       {"source_positions", 19},
                                       {"input_feeding", false},
                                       {"readout", "maxout"},
                                       {"bridge", "last"},
                                       {"dropout", 0.625},
                                       {"tie_embeddings", true},
                                       {"residual", true},
                                       {"layer_normalization", true},
                                       {"word_dropout", 0.375},
                                       {"variational_dropout", true},
                                       {"weight_drop", 0.25},
                                       {"coverage", true},
                                       {"heads", 20},
                                       {"feed_forward_size", 21},
                                       {"activation", "gelu"},
                                       {"norm", "pre"},
                                       {"positions", "learned"},
                                       {"relative_window", 22},
                                       {"max_positions", 23},
                                       {"universal", true},
                                       {"halting", true},
                                       {"halting_threshold", 0.75},
                                       {"ponder_cost", 0.125},
                                       {"embedding_dropout", 0.0625},
                                       {"attention_dropout", 0.3125},
                                       {"activation_dropout", 0.4375},
                                       {"window", 24},
                                       {"intra_attention", true},
                                       {"kernel", 25},
                                       {"channels", "26,27"},
                                       {"decoder_attention", "last"},
                                       {"scale_gradients", false},
                                       {"context", 28},
                                       {"smoothing_window", 29},
                                       {"copy", true},
                                       {"coverage_loss", 0.03125},
                                       {"attention_choice", "hard"},
                                       {"attention_entropy", 0.1875},
                                       {"context_gate", true},
                                       {"doubly_stochastic", 0.21875},
                                       {"ctc_weight", 0.5},
                                       {"frame_stacking", 30},
                                       {"front_end", "convolution"},
                                       {"front_end_channels", 31},
                                       {"front_end_layers", 8},
                                       {"full_context", true},
                                       {"location_aware", true},
                                       {"location_filters", 33},
                                       {"location_width", 34},
                                       {"sharpening", 1.5},
                                       {"smoothing", true},
                                       {"source_columns", 35},
                                       {"source_height", 36},
                                       {"source_type", "features"},
                                       {"source_width", 37},
                                       {"subsampling", 16}};
  const ModelOptions options = model_options_from_json(json);
  CHECK(options.cell == "lstm");
  CHECK(options.attention == "dot");
  CHECK(options.decoder == "luong");
  CHECK(options.encoder_layers == 11);
  CHECK(options.encoder_hidden_size == 15);
  CHECK(options.dropout == 0.625);
  CHECK(options.tie_embeddings == "target-output");
  const nlohmann::ordered_json again = to_json_fields(options);
  CHECK(again.size() == json.size());
  for (const auto& [name, value] : json.items()) {
    CAPTURE(name);
    CHECK(again.at(name) == value);
  }
}

TEST_CASE("version 0.1.0 called the decoder wiring, and had no other encoder") {
  nlohmann::ordered_json json = to_json_fields(completed({}));
  for (const char* newer : {"architecture", "encoder", "decoder"}) json.erase(newer);
  json["wiring"] = "luong";
  const ModelOptions options = model_options_from_json(json);
  CHECK(options.decoder == "luong");
  CHECK(options.encoder == "recurrent");
  CHECK(options.architecture == "recurrent");
  CHECK(to_json_fields(options).count("wiring") == 0);
}

// What older models do not have.
const std::set<std::string> kNewer = {"architecture",
                                      "encoder",
                                      "attention_heads",
                                      "source_positions",
                                      "residual",
                                      "layer_normalization",
                                      "word_dropout",
                                      "variational_dropout",
                                      "weight_drop",
                                      "coverage",
                                      "heads",
                                      "feed_forward_size",
                                      "activation",
                                      "norm",
                                      "positions",
                                      "relative_window",
                                      "max_positions",
                                      "kernel",
                                      "channels",
                                      "decoder_attention",
                                      "scale_gradients",
                                      "context",
                                      "smoothing_window",
                                      "copy",
                                      "coverage_loss",
                                      "attention_choice",
                                      "attention_entropy",
                                      "context_gate",
                                      "doubly_stochastic",
                                      "ctc_weight",
                                      "frame_stacking",
                                      "full_context",
                                      "front_end",
                                      "front_end_channels",
                                      "front_end_layers",
                                      "location_aware",
                                      "location_filters",
                                      "location_width",
                                      "sharpening",
                                      "smoothing",
                                      "source_columns",
                                      "source_height",
                                      "source_type",
                                      "source_width",
                                      "subsampling",
                                      "universal",
                                      "halting",
                                      "halting_threshold",
                                      "ponder_cost",
                                      "embedding_dropout",
                                      "attention_dropout",
                                      "activation_dropout",
                                      "window",
                                      "intra_attention"};

TEST_CASE("a field that is missing or of another type is an error that names it") {
  const nlohmann::ordered_json whole = to_json_fields(completed({}));
  for (const auto& [name, value] : whole.items()) {
    CAPTURE(name);
    const auto names_it = Catch::Predicate<Error>(
        [&named = name](const Error& error) {
          return std::string(error.what())
              .starts_with("expected '" + std::string(named) + "' to be");
        },
        "names the field");
    nlohmann::ordered_json json = whole;
    json.erase(name);
    if (kNewer.contains(name)) {
      CHECK(to_json_fields(model_options_from_json(json)) == whole);
    } else {
      CHECK_THROWS_MATCHES(model_options_from_json(json), Error, names_it);
    }
    json = whole;
    json[name] = nlohmann::ordered_json::array({value});
    CHECK_THROWS_MATCHES(model_options_from_json(json), Error, names_it);
    json[name] = value.is_string() ? nlohmann::ordered_json(3) : nlohmann::ordered_json("3");
    CHECK_THROWS_MATCHES(model_options_from_json(json), Error, names_it);
  }
  CHECK_THROWS_AS(model_options_from_json(nlohmann::ordered_json(3)), Error);
  nlohmann::ordered_json half = whole;
  half["encoder_layers"] = 1.5;
  CHECK_THROWS_AS(model_options_from_json(half), Error);
}

TEST_CASE("a name that is not known is refused with those that are") {
  CHECK(refusal_of([](ModelOptions& o) { o.cell = "elman"; }) ==
        "expected cell to be one of gru, lstm, lbr-gru, rnn, got 'elman'");
  CHECK(refusal_of([](ModelOptions& o) { o.attention = "Dot"; }) ==
        "expected attention to be one of additive, dot, general, concat, scaled-dot, location, "
        "none, got 'Dot'");
  CHECK(refusal_of([](ModelOptions& o) { o.attention_mode = "local"; }) ==
        "expected attention-mode to be one of global, local-m, local-p, got 'local'");
  CHECK(refusal_of([](ModelOptions& o) { o.decoder = "bengio"; }) ==
        "expected decoder to be one of bahdanau, luong, transformer, convolutional, feed-forward, "
        "got 'bengio'");
  CHECK(refusal_of([](ModelOptions& o) { o.readout = ""; }) ==
        "expected readout to be one of tanh, maxout, got ''");
  CHECK(refusal_of([](ModelOptions& o) { o.bridge = "first"; }) ==
        "expected bridge to be one of bridge, last, zero, got 'first'");
}

TEST_CASE("a size that is too small is refused") {
  CHECK(refusal_of([](ModelOptions& o) { o.encoder_layers = 0; }) ==
        "expected encoder-layers to be a whole number from 1 to 64, got '0'");
  CHECK(refusal_of([](ModelOptions& o) { o.decoder_layers = -3; }) ==
        "expected decoder-layers to be a whole number from 1 to 64, got '-3'");
  CHECK(refusal_of([](ModelOptions& o) { o.embedding_size = 0; }) ==
        "expected embedding-size to be a whole number from 1 to 65536, got '0'");
  CHECK(refusal_of([](ModelOptions& o) {
          o.hidden_size = 0;
          o.encoder_hidden_size = o.attention_size = 3;
        }) == "expected hidden-size to be a whole number from 1 to 65536, got '0'");
  CHECK(refusal_of([](ModelOptions& o) { o.hidden_size = 0; }) ==
        "expected hidden-size to be a whole number from 1 to 65536, got '0'");
  CHECK(refusal_of([](ModelOptions& o) { o.hidden_size = -2; }) ==
        "expected hidden-size to be a whole number from 1 to 65536, got '-2'");
  CHECK(refusal_of([](ModelOptions& o) { o.encoder_hidden_size = -1; }) ==
        "expected encoder-hidden-size to be a whole number from 0 to 65536, got '-1'");
  CHECK(refusal_of([](ModelOptions& o) { o.attention_size = -1; }) ==
        "expected attention-size to be a whole number from 0 to 65536, got '-1'");
  CHECK(refusal_of([](ModelOptions& o) { o.attention_window = 0; }) ==
        "expected attention-window to be a whole number from 1 to 65536, got '0'");
}

TEST_CASE("dropout is a probability below 1") {
  CHECK(refusal_of([](ModelOptions& o) { o.dropout = 1; }) ==
        "expected dropout to be a number from 0 to 0.99, got '1'");
  CHECK(refusal_of([](ModelOptions& o) { o.dropout = -0.5; }) ==
        "expected dropout to be a number from 0 to 0.99, got '-0.5'");
  CHECK(refusal_of([](ModelOptions& o) { o.dropout = std::nan(""); }) ==
        "expected dropout to be a number from 0 to 0.99, got 'nan'");
  CHECK(refusal_of([](ModelOptions& o) { o.dropout = 0; }) == "accepted");
}

TEST_CASE("options that do not go together are refused with both names") {
  CHECK(refusal_of([](ModelOptions& o) { o.hidden_size = 7; }) ==
        "a bidirectional encoder has half of hidden-size in each direction, but 7 is odd: change "
        "it, or give encoder-hidden-size");
  CHECK(refusal_of([](ModelOptions& o) {
          o.attention = "none";
          o.attention_mode = "local-p";
        }) ==
        "attention-mode local-p requires attention, but attention is none: choose a score, or "
        "leave out the mode");
  CHECK(refusal_of([](ModelOptions& o) {
          o.attention = "none";
          o.bridge = "zero";
        }) ==
        "bridge zero with attention none would hide the source from the decoder: choose "
        "bridge bridge or last, or a score");
  CHECK(refusal_of([](ModelOptions& o) {
          o.attention = "dot";
          o.readout = "maxout";
        }) == "readout maxout applies to decoder bahdanau, but the decoder is luong");
  CHECK(refusal_of([](ModelOptions& o) { o.tie_embeddings = "target-output"; }) ==
        "tie-embeddings target-output requires an embedding of the size of the readout, but "
        "embedding-size is 256 and hidden-size is 512: make them equal");
  CHECK(refusal_of_model([](ModelOptions& o) {
          o.tie_embeddings = "all";
          o.hidden_size = o.embedding_size;
        }) == "accepted");
}

TEST_CASE("what a Transformer does not have is refused") {
  CHECK(refusal_of([](ModelOptions& o) { o.architecture = "transformer"; }) == "accepted");
  CHECK(refusal_of([](ModelOptions& o) {
          o.encoder = "transformer";
          o.bridge = "last";
        }) ==
        "bridge last requires the last states of encoder recurrent, but the encoder is "
        "transformer: use bridge bridge or zero");
  CHECK(refusal_of([](ModelOptions& o) {
          o.decoder = "transformer";
          o.coverage = true;
        }) == "coverage requires a recurrent decoder, but the decoder is transformer");
  CHECK(refusal_of([](ModelOptions& o) {
          o.decoder = "transformer";
          o.attention_heads = 2;
        }) ==
        "attention-heads applies to other decoders, but the decoder is transformer: use heads");
  CHECK(refusal_of([](ModelOptions& o) {
          o.decoder = "transformer";
          o.attention = "none";
        }) ==
        "decoder transformer sees the source by attention alone, but attention is none: choose a "
        "score");
  CHECK(refusal_of([](ModelOptions& o) {
          o.encoder = "transformer";
          o.transformer.heads = 3;
        }) ==
        "a transformer requires an embedding size that its heads divide, but embedding-size is 256 "
        "and heads is 3: change one of them");
  CHECK(refusal_of([](ModelOptions& o) { o.transformer.heads = 3; }) == "accepted");
  CHECK(refusal_of([](ModelOptions& o) {
          o.encoder = "transformer";
          o.full_context = true;
        }) ==
        "full-context-alignment requires decoder transformer, whose words can see those behind "
        "them, but the decoder is bahdanau");
}

TEST_CASE("an architecture names both halves, and each half goes beside any other") {
  const auto halves = [](Change change) {
    ModelOptions options;
    change(options);
    const ModelOptions whole = completed(options);
    return whole.encoder + " " + whole.decoder;
  };
  CHECK(halves([](ModelOptions& o) { o.architecture = "transformer"; }) ==
        "transformer transformer");
  CHECK(halves([](ModelOptions& o) {
          o.architecture = "transformer";
          o.decoder = "luong";
        }) == "transformer luong");
  CHECK(halves([](ModelOptions& o) {
          o.architecture = "transformer";
          o.encoder = "recurrent";
        }) == "recurrent transformer");
  CHECK(halves([](ModelOptions& o) { o.encoder = "transformer"; }) == "transformer bahdanau");
}

TEST_CASE("words of a side look at each other in a Transformer, or where its layers recur") {
  const auto sides = [](const char* encoder, const char* decoder, bool intra_attention) {
    ModelOptions options;
    options.encoder = encoder;
    options.decoder = decoder;
    options.intra_attention = intra_attention;
    return std::pair(options.has_attention(AttentionOf::kEncoder),
                     options.has_attention(AttentionOf::kDecoder));
  };
  CHECK(sides("recurrent", "luong", false) == std::pair(false, false));
  CHECK(sides("recurrent", "luong", true) == std::pair(true, true));
  CHECK(sides("convolutional", "luong", true) == std::pair(false, true));
  CHECK(sides("recurrent", "feed-forward", true) == std::pair(true, false));
  CHECK(sides("transformer", "convolutional", false) == std::pair(true, false));
}

TEST_CASE("one table of embeddings needs one vocabulary") {
  ModelOptions options;
  options.embedding_size = options.hidden_size = 8;
  options.tie_embeddings = "all";
  CHECK(refusal([&] {
          EncoderDecoder(options, {5, 6}, ParameterStore::Gradients::kNone);
        }) ==
        "tie-embeddings all requires one vocabulary, but the source has 5 words and the target 6: "
        "give both the same");
  options.architecture = GENERATE("recurrent", "transformer");
  options.encoder = GENERATE("", "recurrent");
  options.transformer.heads = 2;
  CAPTURE(options.architecture, options.encoder);
  const EncoderDecoder model(options, {5, 5}, ParameterStore::Gradients::kNone);
  std::set<std::string> tables;
  for (const Parameter& parameter : model.parameters().parameters())
    if (parameter.name().ends_with("embedding.weight") || parameter.name() == "output.weight")
      tables.insert(parameter.name());
  CHECK(tables == std::set<std::string>{"encoder.embedding.weight"});
}

TEST_CASE("the bridge 'last' needs an encoder of the decoder's form") {
  CHECK(refusal_of([](ModelOptions& o) {
          o.bridge = "last";
          o.decoder_layers = 2;
        }) ==
        "bridge last requires as many encoder as decoder layers, but encoder-layers is 1 and "
        "decoder-layers is 2: make them equal, or use bridge bridge");
  CHECK(refusal_of([](ModelOptions& o) {
          o.bridge = "last";
          o.encoder_hidden_size = 100;
        }) ==
        "bridge last requires encoder states of the size of the decoder's, but they have 200 and "
        "512 units: change encoder-hidden-size or hidden-size, or use bridge bridge");
  CHECK(refusal_of([](ModelOptions& o) { o.bridge = "last"; }) == "accepted");
}

TEST_CASE("a dot product needs states of one size") {
  const char* expected =
      "expected decoder and encoder states of the same size for a dot product, got 12 and 10: "
      "change hidden-size or encoder-hidden-size, or use attention general";
  CHECK(refusal_of_model([](ModelOptions& o) {
          o.attention = "dot";
          o.encoder_hidden_size = 5;
        }) == expected);
  CHECK(refusal_of_model([](ModelOptions& o) {
          o.attention = "scaled-dot";
          o.encoder_hidden_size = 5;
        }) == expected);
  CHECK(refusal_of([](ModelOptions& o) {
          o.attention = "dot";
          o.encoder = "transformer";
          o.embedding_size = 256;
          o.hidden_size = 512;
        }) ==
        "expected decoder and encoder states of the same size for a dot product, got 512 and 256: "
        "change hidden-size or embedding-size, or use attention general");
  CHECK(refusal_of_model([](ModelOptions& o) {
          o.attention = "general";
          o.encoder_hidden_size = 5;
        }) == "accepted");
}

}  // namespace
}  // namespace alinea
