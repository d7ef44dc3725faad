// config.json of a translator. Vocabularies and parameters are valid.
#include <cstdlib>

#include "fuzz/fuzz_target.h"
#include "fuzz/tiny_models.h"
#include "models/translation_model.h"

namespace alinea::fuzz {

void read(const std::filesystem::path& file) {
  static const TemporaryFolder kFolder;
  static const auto kParameters = save_translator(kFolder.path());
  kFolder.file("config.json", bytes_of(file));
  const TranslationModel model = load<TranslationModel>(ModelFolder(kFolder.path()));
  if (model.network->parameters().count() != kParameters) std::abort();
}

}  // namespace alinea::fuzz
