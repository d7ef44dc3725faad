#include "fuzz/tiny_models.h"

#include "models/classifier_folder.h"
#include "models/model_folder.h"

namespace alinea::fuzz {

namespace {

Vocabulary letters() { return Vocabulary({"<unk>", "<s>", "</s>", "a", "b"}); }

}  // namespace

int64_t save_translator(const std::filesystem::path& folder) {
  const auto language = [] { return Language(make_tokenizer("space", {}), letters()); };
  const Languages languages{language(), language()};
  ModelOptions options;
  options.embedding_size = 3;
  options.hidden_size = 4;
  const EncoderDecoder model(options, languages.sizes(), ParameterStore::Gradients::kNone);
  const ModelFolder saved(folder);
  saved.create(/*overwrite=*/true);
  saved.save_description(model, languages, nlohmann::ordered_json::object());
  saved.save_parameters(model.parameters(), Snapshot::kBest);
  return model.parameters().count();
}

int64_t save_classifier(const std::filesystem::path& folder) {
  ClassifierOptions options;
  options.embedding_size = 3;
  options.hidden_size = 2;
  options.attention_size = 2;
  ClassifierModel model{{}, letters(), Labels({"no", "yes"}), {}};
  model.network = std::make_unique<DocumentClassifier>(
      options, DocumentClassifier::Sizes{model.vocabulary.size(), model.labels.size()},
      ParameterStore::Gradients::kNone);
  const ClassifierFolder saved(folder);
  saved.folder().create(/*overwrite=*/true);
  saved.save_description(model, nlohmann::ordered_json::object());
  saved.folder().save_parameters(model.network->parameters(), Snapshot::kBest);
  return model.network->parameters().count();
}

}  // namespace alinea::fuzz
