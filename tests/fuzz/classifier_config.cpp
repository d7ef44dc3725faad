// config.json of a document classifier. Vocabulary, labels and parameters are valid.
#include <cstdlib>

#include "fuzz/fuzz_target.h"
#include "fuzz/tiny_models.h"
#include "models/classifier_model.h"

namespace alinea::fuzz {

void read(const std::filesystem::path& file) {
  static const TemporaryFolder kFolder;
  static const auto kParameters = save_classifier(kFolder.path());
  kFolder.file("config.json", bytes_of(file));
  const ClassifierModel model = load<ClassifierModel>(ModelFolder(kFolder.path()));
  if (model.network->parameters().count() != kParameters) std::abort();
}

}  // namespace alinea::fuzz
