#include "models/language_model.h"

#include <optional>

#include "models/translation_model.h"
#include "options/field_list.h"

namespace alinea {

LanguageModel LanguageModel::outline(const ModelFolder& folder) {
  const nlohmann::ordered_json json = read_description(folder, kFormat);
  return read_fields(folder, "'model', 'tokenizer' and 'lowercase'", [&] {
    LanguageOptions options;
    try {
      options = from_json_fields<LanguageOptions>(json.at("model"));
    } catch (const Error& error) {
      throw Error("{}: {}", folder.config().string(), error.what());
    }
    Language of = Language::load(folder.path(), kSide, text_options(json));
    auto made = std::make_unique<LanguageNetwork>(options, of.vocabulary().size(),
                                                  ParameterStore::Gradients::kLater);
    return LanguageModel(std::move(of), std::move(made));
  });
}

nlohmann::ordered_json LanguageModel::description() const {
  return {{"model", to_json_fields(network->options())},
          {"tokenizer", language.tokenizer().name()},
          {"lowercase", language.lowercase()}};
}

std::vector<std::string> LanguageModel::unused_options() const {
  return unused_fields(network->options());
}

void LanguageModel::save_texts(const std::filesystem::path& folder) const {
  language.save(folder, kSide);
}

std::vector<WordList> LanguageModel::word_lists() const {
  return {
      {"text",
       "vocabulary",
       language.vocabulary().tokens(),
       {"decoder.embedding.weight", "encoder.embedding.weight", "output.weight", "output.bias"}}};
}

namespace {

// What follows a prefix of the name; nothing where the name does not begin with it.
std::optional<std::string> behind(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return std::nullopt;
  return std::string(name.substr(prefix.size()));
}

// "layer0.input" -> "layer0.forward.input"
std::string in_direction(const std::string& name, const std::string& direction) {
  const size_t dot = name.find('.');
  const bool is_cell = name.starts_with("layer") && name.find(".norm.") == std::string::npos;
  return is_cell ? name.substr(0, dot) + "." + direction + name.substr(dot) : name;
}

}  // namespace

std::vector<std::string> LanguageModel::names_elsewhere(std::string_view parameter) const {
  const bool is_recurrent = network->options().is_recurrent();
  std::vector<std::string> names;
  if (const auto rest = behind(parameter, "decoder."))
    names.push_back("encoder." + (is_recurrent ? in_direction(*rest, "forward") : *rest));
  if (const auto rest = behind(parameter, "backward."); rest && is_recurrent)
    names.push_back("encoder." + in_direction(*rest, "backward"));
  if (const auto rest = behind(parameter, "encoder.");
      rest && (!is_recurrent || *rest == "embedding.weight"))
    names.push_back("decoder." + *rest);
  // Classifiers of pairs and readers have a second recurrent encoder, which reads the same vectors.
  std::vector<std::string> encoders = names;
  encoders.emplace_back(parameter);
  for (const std::string& name : encoders)
    if (const auto rest = behind(name, "encoder.layer"); rest && is_recurrent)
      for (const char* second : {"hypothesis.layer", "query.layer"})
        names.push_back(second + *rest);
  return names;
}

LanguageModel load_causal(const std::filesystem::path& folder) {
  auto model = load<LanguageModel>(ModelFolder(folder));
  const std::string& objective = model.network->options().objective;
  if (objective != "causal")
    throw Error(
        "expected a causal language model in {}, got a {} one: train one with the objective causal",
        folder.string(), objective);
  return model;
}

}  // namespace alinea
