#include "search/translation_models.h"

#include <nlohmann/json.hpp>

#include "support/error.h"

namespace alinea {

namespace {

void check_same(const std::filesystem::path& first, const std::filesystem::path& other,
                const TranslationModel& a, const TranslationModel& b) {
  const auto check_side = [&](std::string_view side, const Language& x, const Language& y) {
    if (x == y) return;
    throw Error(
        "the models in {} and {} have different {} vocabularies or tokenizers: models of an "
        "ensemble must be trained with the same ones, see source-vocabulary and "
        "target-vocabulary of alinea train",
        first.string(), other.string(), side);
  };
  if (a.languages.has_features != b.languages.has_features ||
      (a.languages.has_features &&
       feature_options_to_json(a.features) != feature_options_to_json(b.features)))
    throw Error(
        "the models in {} and {} read different features: models of an ensemble must be trained "
        "with the same options of features",
        first.string(), other.string());
  check_side("source", a.languages.source, b.languages.source);
  check_side("target", a.languages.target, b.languages.target);
}

std::vector<TranslationModel> load_all(std::span<const std::filesystem::path> folders) {
  std::vector<TranslationModel> models;
  for (const std::filesystem::path& folder : folders) {
    models.push_back(load<TranslationModel>(ModelFolder(folder)));
    check_same(folders.front(), folder, models.front(), models.back());
  }
  return models;
}

Ensemble together(std::span<const TranslationModel> models, std::span<const double> weights) {
  std::vector<const AutoregressiveModel*> networks;
  for (const TranslationModel& model : models) networks.push_back(model.network.get());
  return {networks, weights};
}

}  // namespace

TranslationModels::TranslationModels(std::span<const std::filesystem::path> given,
                                     std::span<const double> weights)
    : folders(given.begin(), given.end()),
      models(load_all(given)),
      languages(models.front().languages),
      ensemble(together(models, weights)) {}

void TranslationModels::check_attention(std::string_view purpose) const {
  for (size_t m = 0; m < models.size(); ++m) {
    const ModelOptions& options = models[m].network->options();
    if (!options.has_attention())
      throw Error("the model in {} has no attention {}", folders[m].string(), purpose);
    if (models.size() > 1 && options.attention_mode != "global")
      throw Error(
          "the model in {} has the attention mode {}, which cannot be averaged with that of other "
          "models {}: all models need the mode global",
          folders[m].string(), options.attention_mode, purpose);
  }
}

}  // namespace alinea
