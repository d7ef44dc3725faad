#include "models/pretrained.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "models/classifier_model.h"
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

}  // namespace
}  // namespace alinea
