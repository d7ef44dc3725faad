// The model folders of a translation: one, or several that translate together.
#pragma once

#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "models/translation_model.h"
#include "search/ensemble.h"

namespace alinea {

struct TranslationModels {
  // Throws as ModelFolder::load and Ensemble do, and Error for models whose vocabularies or
  // tokenizers are not those of the first.
  TranslationModels(std::span<const std::filesystem::path> given, std::span<const double> weights);

  // Throws Error where a model has no attention; `purpose` says what needs it.
  void check_attention(std::string_view purpose) const;

  std::vector<std::filesystem::path> folders;
  std::vector<TranslationModel> models;
  Languages languages;  // of all of them
  Ensemble ensemble;
};

}  // namespace alinea
