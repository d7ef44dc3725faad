#include "models/pretrained.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "models/classifier_model.h"
#include "models/language_model.h"
#include "models/translation_model.h"
#include "models/variants.h"

namespace alinea {
namespace {

using Names = std::vector<std::string>;

Vocabulary words(Names more) {
  Names tokens = {"<unk>", "<s>", "</s>"};
  tokens.insert(tokens.end(), more.begin(), more.end());
  return Vocabulary(std::move(tokens));
}

Languages speaking(const Names& source, const Names& target) {
  return {{make_tokenizer("space", {}), words(source)},
          {make_tokenizer("space", {}), words(target)}};
}

TranslationModel translator(const ModelOptions& options, Languages languages, uint64_t seed) {
  auto network = std::make_unique<EncoderDecoder>(options, languages.sizes(),
                                                  ParameterStore::Gradients::kNone);
  Random random(seed);
  network->parameters().initialize(random);
  return {std::move(languages), std::move(network)};
}

ModelOptions small_translator() {
  ModelOptions options;
  options.embedding_size = 5;
  options.hidden_size = 6;
  options.attention_size = 7;
  return options;
}

// Row r of a parameter.
std::vector<float> row_of(const TranslationModel& model, const std::string& name, int64_t r) {
  const Parameter& parameter = model.network->parameters().at(name);
  const int64_t size = parameter.shape().elements() / parameter.shape()[0];
  const auto begin = parameter.value().begin() + r * size;
  return {begin, begin + size};
}

std::vector<float> values_of(const TranslationModel& model, const std::string& name) {
  const std::span<const float> value = model.network->parameters().at(name).value();
  return {value.begin(), value.end()};
}

TEST_CASE("a model of the same kind and words takes everything") {
  const TranslationModel other = translator(small_translator(), speaking({"a", "b"}, {"x"}), 1);
  TranslationModel mine = translator(small_translator(), speaking({"a", "b"}, {"x"}), 2);
  const Pretrained pretrained(other, mine);
  CHECK(pretrained.taken().size() == mine.network->parameters().parameters().size());
  CHECK(std::ranges::all_of(pretrained.taken(), &Pretrained::Taken::is_whole));
  CHECK(pretrained.missing().empty());
  CHECK(pretrained.unused().empty());
  const uint64_t version = mine.network->parameters().version();
  pretrained.copy();
  CHECK(mine.network->parameters().version() != version);
  for (const Parameter& parameter : mine.network->parameters().parameters())
    CHECK(values_of(mine, parameter.name()) == values_of(other, parameter.name()));
}

TEST_CASE("of other words the rows go along with the words, and new words stay as they were") {
  const TranslationModel other =
      translator(small_translator(), speaking({"a", "b", "c"}, {"x", "y"}), 1);
  // Source: b, new, a. Target: new words alone, and the special symbols.
  TranslationModel mine = translator(small_translator(), speaking({"b", "d", "a", "e"}, {"z"}), 2);
  const TranslationModel before =
      translator(small_translator(), speaking({"b", "d", "a", "e"}, {"z"}), 2);
  const Pretrained pretrained(other, mine);
  CHECK(pretrained.missing().empty());
  pretrained.copy();

  const std::string source = "encoder.embedding.weight";
  for (const auto& [to, from] : {std::pair(0, 0), {1, 1}, {2, 2}, {3, 4}, {5, 3}})
    CHECK(row_of(mine, source, to) == row_of(other, source, from));
  for (const int64_t added : {4, 6})
    CHECK(row_of(mine, source, added) == row_of(before, source, added));
  for (const std::string name : {"decoder.embedding.weight", "output.weight"}) {
    for (const int64_t special : {0, 1, 2})
      CHECK(row_of(mine, name, special) == row_of(other, name, special));
    CHECK(row_of(mine, name, 3) == row_of(before, name, 3));
  }
  CHECK(values_of(mine, "bridge.layer0.hidden.weight") ==
        values_of(other, "bridge.layer0.hidden.weight"));
  for (const Pretrained::Taken& taken : pretrained.taken()) {
    const std::string& name = taken.to->name();
    const bool is_target = name.starts_with("output.") || name.starts_with("decoder.embedding");
    INFO(name);
    CHECK(taken.is_whole() == (!is_target && name != source));
    if (name == source) CHECK(taken.found == 5);
    if (is_target) CHECK(taken.found == 3);
  }
}

TEST_CASE("every parameter with a row for each word goes by the words, CTC by all of them") {
  ModelOptions options = small_translator();
  options.decoder = "feed-forward";
  options.attention = "general";
  options.ctc_weight = 0.3;
  const TranslationModel other = translator(options, speaking({"a"}, {"x", "y", "z"}), 1);
  TranslationModel mine = translator(options, speaking({"a"}, {"z", "x", "v"}), 2);
  const TranslationModel before = translator(options, speaking({"a"}, {"z", "x", "v"}), 2);
  const Pretrained pretrained(other, mine);
  CHECK(pretrained.missing() == Names{"ctc.weight", "ctc.bias"});
  pretrained.copy();
  for (const std::string name :
       {"decoder.embedding.weight", "decoder.query.weight", "output.weight", "output.bias"}) {
    CAPTURE(name);
    CHECK(row_of(mine, name, 3) == row_of(other, name, 5));
    CHECK(row_of(mine, name, 4) == row_of(other, name, 3));
    CHECK(row_of(mine, name, 5) == row_of(before, name, 5));
  }
  TranslationModel same = translator(options, speaking({"b"}, {"x", "y", "z"}), 2);
  Pretrained(other, same).copy();
  for (const std::string name : {"ctc.weight", "ctc.bias"}) {
    CHECK(values_of(mine, name) == values_of(before, name));
    CHECK(values_of(same, name) == values_of(other, name));
  }
}

TEST_CASE("what has another name or shape is left, and said") {
  ModelOptions deep = small_translator();
  deep.encoder_layers = 2;
  deep.attention_size = 9;
  const TranslationModel other = translator(small_translator(), speaking({"a"}, {"x"}), 1);
  TranslationModel mine = translator(deep, speaking({"a"}, {"x"}), 2);
  const TranslationModel before = translator(deep, speaking({"a"}, {"x"}), 2);
  const Pretrained pretrained(other, mine);
  Names missing = pretrained.missing(), unused = pretrained.unused();
  std::ranges::sort(unused);
  CHECK(unused == Names{"attention.key.bias", "attention.key.weight", "attention.query.weight",
                        "attention.v"});
  for (const std::string& name : unused) CHECK(std::erase(missing, name) == 1);
  CHECK(missing.size() == 6);
  for (const std::string& name : missing) CHECK_THAT(name, Catch::StartsWith("encoder.layer1."));
  pretrained.copy();
  for (const std::string& name : pretrained.missing())
    CHECK(values_of(mine, name) == values_of(before, name));

  ModelOptions wide = small_translator();
  wide.embedding_size = 11;
  TranslationModel wider = translator(wide, speaking({"a"}, {"x"}), 2);
  CHECK_THAT(Pretrained(other, wider).missing(),
             Catch::VectorContains(std::string("encoder.embedding.weight")));
}

ClassifierModel classifier(const Names& vocabulary, const Names& labels, uint64_t seed) {
  ClassifierOptions options;
  options.words.embedding_size = 5;
  options.words.hidden_size = 6;
  options.pooling.attention_size = 7;
  ClassifierModel model({}, words(vocabulary), Labels(labels), nullptr);
  model.network = std::make_unique<DocumentClassifier>(
      options, DocumentClassifier::Sizes{model.vocabulary.size(), model.labels.size()},
      ParameterStore::Gradients::kNone);
  Random random(seed);
  model.network->parameters().initialize(random);
  return model;
}

TEST_CASE(
    "a classifier of other classes takes all but the output layer, of the same ones all of it") {
  const ClassifierModel other = classifier({"a", "b"}, {"no", "yes"}, 1);
  const ClassifierModel same = classifier({"b", "a"}, {"no", "yes"}, 2);
  const Pretrained whole(other, same);
  CHECK(whole.missing().empty());
  whole.copy();
  for (const char* name : {"output.weight", "output.bias"})  // [12, 2] and [2]
    CHECK(std::ranges::equal(same.network->parameters().at(name).value(),
                             other.network->parameters().at(name).value()));
  const ClassifierModel mine = classifier({"b", "a"}, {"good", "no"}, 2);
  const Pretrained pretrained(other, mine);
  CHECK(pretrained.missing() == Names{"output.weight", "output.bias"});
  CHECK(pretrained.unused() == Names{"output.weight", "output.bias"});
  pretrained.copy();
  const auto value = [](const ClassifierModel& model, size_t i) {
    return model.network->parameters().at("encoder.embedding.weight").value()[i];
  };
  CHECK(value(mine, 3 * 5) == value(other, 4 * 5));
  CHECK(value(mine, 4 * 5 + 2) == value(other, 3 * 5 + 2));
}

LanguageModel language_model(const LanguageOptions& options, const Names& words_of_text,
                             uint64_t seed) {
  Language language(make_tokenizer("space", {}), words(words_of_text));
  auto network = std::make_unique<LanguageNetwork>(options, language.vocabulary().size(),
                                                   ParameterStore::Gradients::kNone);
  Random random(seed);
  network->parameters().initialize(random);
  return {std::move(language), std::move(network)};
}

std::vector<float> all_of(const ParameterStore& store, const std::string& name) {
  const auto parameter = std::ranges::find(store.parameters(), name, &Parameter::name);
  REQUIRE(parameter != store.parameters().end());
  return {parameter->value().begin(), parameter->value().end()};
}

// What this parameter took, by name.
std::map<std::string, std::string> sources_of(const Pretrained& pretrained) {
  std::map<std::string, std::string> sources;
  for (const Pretrained::Taken& one : pretrained.taken())
    sources[one.to->name()] = one.from->name();
  return sources;
}

TEST_CASE("from a causal Transformer a translator takes decoder and encoder, words by word") {
  LanguageOptions small;
  small.network.encoder = "transformer";
  small.network.layers = 2;
  small.network.embedding_size = 8;
  small.network.transformer.heads = 2;
  small.network.transformer.feed_forward_size = 9;
  const LanguageModel language = language_model(small, {"a", "b", "x"}, 1);
  ModelOptions options = small_translator();
  options.architecture = "transformer";
  options.attention = "scaled-dot";
  options.embedding_size = 8;
  options.encoder_layers = options.decoder_layers = 2;
  options.transformer.heads = 2;
  options.transformer.feed_forward_size = 9;
  TranslationModel mine = translator(options, speaking({"b", "a"}, {"x", "y"}), 2);
  const Pretrained pretrained(language, mine);
  const auto sources = sources_of(pretrained);
  CHECK(sources.at("encoder.layer1.self.keys.weight") == "decoder.layer1.self.keys.weight");
  CHECK(sources.at("decoder.layer1.self.keys.weight") == "decoder.layer1.self.keys.weight");
  CHECK(sources.at("encoder.layer0.feed_forward.inner.bias") ==
        "decoder.layer0.feed_forward.inner.bias");
  for (const std::string& name : pretrained.missing())
    CHECK(name.find(".cross") != std::string::npos);
  CHECK(pretrained.unused().empty());
  pretrained.copy();
  const std::vector<float> theirs = all_of(language.parameters(), "decoder.embedding.weight");
  const auto row = [&](int64_t r) {
    return std::vector<float>(theirs.begin() + 8 * r, theirs.begin() + 8 * r + 8);
  };
  CHECK(row_of(mine, "encoder.embedding.weight", 3) == row(4));  // b
  CHECK(row_of(mine, "encoder.embedding.weight", 4) == row(3));  // a
  CHECK(row_of(mine, "decoder.embedding.weight", 3) == row(5));  // x
  CHECK(row_of(mine, "decoder.embedding.weight", 4) != row(4));  // y is new
  REQUIRE(pretrained.vocabularies().size() == 2);
  CHECK(pretrained.vocabularies()[0].kept == 5);
  CHECK(pretrained.vocabularies()[1].added == 1);
}

TEST_CASE("from both directions of a language model an encoder takes its own") {
  LanguageOptions small;
  small.objective = "bidirectional";
  small.network.embedding_size = 5;
  small.network.hidden_size = 3;
  const LanguageModel language = language_model(small, {"a"}, 1);
  TranslationModel mine = translator(small_translator(), speaking({"a"}, {"x"}), 2);
  const Pretrained pretrained(language, mine);
  const auto sources = sources_of(pretrained);
  for (const std::string part : {"input", "recurrent", "bias"}) {
    CHECK(sources.at("encoder.layer0.forward." + part) == "decoder.layer0." + part);
    CHECK(sources.at("encoder.layer0.backward." + part) == "backward.layer0." + part);
  }
  CHECK(sources.at("encoder.embedding.weight") == "decoder.embedding.weight");
  pretrained.copy();
  CHECK(values_of(mine, "encoder.layer0.backward.recurrent") ==
        all_of(language.parameters(), "backward.layer0.recurrent"));
}

TEST_CASE("a classifier takes the encoder of words from language models, its classes nothing") {
  const std::string objective = GENERATE("causal", "masked", "bidirectional");
  CAPTURE(objective);
  LanguageOptions small;
  small.objective = objective;
  small.network.embedding_size = 4;
  small.network.hidden_size = 3;
  const LanguageModel language = language_model(small, {"good", "bad", "<mask>"}, 1);
  // As many classes as the language model has words.
  ClassifierModel mine{{}, words({"bad", "awful"}), Labels({"1", "2", "3", "4", "5", "6"}), {}};
  ClassifierOptions options;
  options.words.cell = "gru";
  options.words.embedding_size = 4;
  options.words.hidden_size = 3;
  mine.network = std::make_unique<DocumentClassifier>(
      options, DocumentClassifier::Sizes{mine.vocabulary.size(), mine.labels.size()},
      ParameterStore::Gradients::kNone);
  const auto sources = sources_of(Pretrained(language, mine));
  const bool is_masked = objective == "masked";
  const std::string side = is_masked ? "encoder" : "decoder";
  CHECK(sources.at("encoder.embedding.weight") == side + ".embedding.weight");
  CHECK(sources.at("encoder.layer0.forward.input") ==
        (is_masked ? "encoder.layer0.forward.input" : "decoder.layer0.input"));
  CHECK(sources.contains("encoder.layer0.backward.bias") == (objective != "causal"));
  CHECK_FALSE(sources.contains("output.weight"));
  CHECK_FALSE(sources.contains("output.bias"));
  CHECK_FALSE(sources.contains("sentence.forward.recurrent"));
}

TEST_CASE("a causal encoder that starts from a causal Transformer gives its states") {
  LanguageOptions small;
  small.network.encoder = "transformer";
  small.network.layers = 2;
  small.network.embedding_size = 6;
  small.network.transformer.heads = 2;
  small.network.transformer.positions = GENERATE("sinusoidal", "learned", "relative");
  small.network.transformer.norm = GENERATE("pre", "post");
  CAPTURE(small.network.transformer.positions, small.network.transformer.norm);
  const LanguageModel language = language_model(small, {"a", "b", "c"}, 3);
  EncoderFields fields = small.network;
  fields.bidirectional = false;
  ParameterStore store;
  const auto encoder = make_encoder("transformer", store, fields.options(), 6);
  store.allocate(ParameterStore::Gradients::kNone);
  for (const Parameter& to : store.parameters())
    std::ranges::copy(all_of(language.parameters(), "decoder" + to.name().substr(7)),
                      to.value().begin());
  store.changed();
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const std::vector<int32_t> ids = {3, 5, 4, 4, 2};
  const std::vector<int64_t> lengths = {5}, one = {1};
  const Encoded encoded = (*encoder)(tape, {ids, lengths});
  DecoderState state = language.network->start(tape, {{}, one});
  for (int64_t t = 0; t < 5; ++t) {
    const DecoderStep step =
        language.network->step(tape, std::span(&ids[static_cast<size_t>(t)], 1), state, t + 1);
    for (int64_t c = 0; c < 6; ++c)
      CHECK(encoded.states.values()[6 * t + c] == Approx(step.readout.values()[c]).margin(1e-5));
  }
}

}  // namespace
}  // namespace alinea
