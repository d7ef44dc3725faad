#include "models/translation_model.h"

#include "options/field_list.h"
#include "support/counted.h"

namespace alinea {

namespace {

constexpr std::string_view kFields = "'model', 'tokenizer' and 'lowercase'";

ModelOptions model_options(const ModelFolder& folder, const nlohmann::ordered_json& json) {
  try {
    return model_options_from_json(json);
  } catch (const Error& error) {
    throw Error("{}: {}", folder.config().string(), error.what());
  }
}

FeatureOptions feature_options(const ModelFolder& folder, const nlohmann::ordered_json& json,
                               const ModelOptions& model) {
  try {
    FeatureOptions features = feature_options_from_json(json);
    if (features.columns != model.front_end.columns)
      throw Error("expected features of {}, as the model has, got {}",
                  counted(model.front_end.columns, "column"), features.columns);
    return features;
  } catch (const Error& error) {
    throw Error("{}: {}", folder.config().string(), error.what());
  }
}

}  // namespace

Languages load_languages(const std::filesystem::path& folder, const TextOptions& text,
                         bool has_features) {
  Language target = Language::load(folder, "target", text);
  Language source = has_features ? target : Language::load(folder, "source", text);
  return {std::move(source), std::move(target), has_features};
}

void Languages::open() {
  const auto words = std::make_shared<OpenWords>(target.vocabulary().size());
  source.open(words);
  target.open(words);
}

TextOptions text_options(const nlohmann::ordered_json& description) {
  return {description.at("tokenizer").get<std::string>(),
          description.value("lowercase", false)};  // older ones say nothing of it
}

TextOptions text_options(const ModelFolder& folder) {
  const nlohmann::ordered_json json = read_description(folder, TranslationModel::kFormat);
  return read_fields(folder, kFields, [&] { return text_options(json); });
}

bool reads_features(const ModelFolder& folder) {
  return read_description(folder, TranslationModel::kFormat).contains("features");
}

TranslationModel TranslationModel::outline(const ModelFolder& folder) {
  const nlohmann::ordered_json json = read_description(folder, kFormat);
  return read_fields(folder, kFields, [&] {
    const TextOptions text = text_options(json);
    const ModelOptions options = model_options(folder, json.at("model"));
    Languages both = load_languages(folder.path(), text, options.has_features());
    FeatureOptions given;
    if (options.has_features()) given = feature_options(folder, json.at("features"), options);
    if (options.copy) both.open();
    auto translator =
        std::make_unique<EncoderDecoder>(options, both.sizes(), ParameterStore::Gradients::kLater);
    return TranslationModel(std::move(both), std::move(translator), std::move(given));
  });
}

nlohmann::ordered_json TranslationModel::description() const {
  nlohmann::ordered_json json = {{"model", to_json_fields(network->options())},
                                 {"tokenizer", languages.target.tokenizer().name()},
                                 {"lowercase", languages.target.lowercase()}};
  if (languages.has_features) json["features"] = feature_options_to_json(features);
  return json;
}

std::vector<std::string> TranslationModel::unused_options() const {
  return unused_fields(network->options());
}

void TranslationModel::save_texts(const std::filesystem::path& folder) const {
  if (!languages.has_features) languages.source.save(folder, "source");
  languages.target.save(folder, "target");
}

std::vector<WordList> TranslationModel::word_lists() const {
  std::vector<WordList> lists;
  if (!languages.has_features)
    lists.push_back({"source",
                     "source vocabulary",
                     languages.source.vocabulary().tokens(),
                     {"encoder.embedding.weight"}});
  lists.push_back(
      {"target",
       "target vocabulary",
       languages.target.vocabulary().tokens(),
       {"decoder.embedding.weight", "decoder.query.weight", "output.weight", "output.bias"},
       true,
       {"ctc.weight", "ctc.bias"}});
  return lists;
}

}  // namespace alinea
