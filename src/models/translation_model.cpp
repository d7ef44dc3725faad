#include "models/translation_model.h"

#include "options/field_list.h"

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

}  // namespace

TextOptions text_options(const nlohmann::ordered_json& json) {
  return {json.at("tokenizer").get<std::string>(),
          json.value("lowercase", false)};  // older ones say nothing of it
}

TextOptions text_options(const ModelFolder& folder) {
  const nlohmann::ordered_json json = read_description(folder, TranslationModel::kFormat);
  return read_fields(folder, kFields, [&] { return text_options(json); });
}

TranslationModel TranslationModel::outline(const ModelFolder& folder) {
  const nlohmann::ordered_json json = read_description(folder, kFormat);
  return read_fields(folder, kFields, [&] {
    const TextOptions text = text_options(json);
    const ModelOptions options = model_options(folder, json.at("model"));
    Languages both{Language::load(folder.path(), "source", text),
                   Language::load(folder.path(), "target", text)};
    auto translator =
        std::make_unique<EncoderDecoder>(options, both.sizes(), ParameterStore::Gradients::kLater);
    return TranslationModel(std::move(both), std::move(translator));
  });
}

nlohmann::ordered_json TranslationModel::description() const {
  return {{"model", to_json_fields(network->options())},
          {"tokenizer", languages.source.tokenizer().name()},
          {"lowercase", languages.source.lowercase()}};
}

void TranslationModel::save_texts(const std::filesystem::path& folder) const {
  languages.source.save(folder, "source");
  languages.target.save(folder, "target");
}

std::vector<WordList> TranslationModel::word_lists() const {
  return {{"source",
           "source vocabulary",
           languages.source.vocabulary().tokens(),
           {"encoder.embedding.weight"}},
          {"target",
           "target vocabulary",
           languages.target.vocabulary().tokens(),
           {"decoder.embedding.weight", "output.weight", "output.bias"}}};
}

}  // namespace alinea
