#include "fuzz/tiny_models.h"

#include "models/classifier_model.h"
#include "models/translation_model.h"

namespace alinea::fuzz {

namespace {

Vocabulary letters() { return Vocabulary({"<unk>", "<s>", "</s>", "a", "b"}); }

}  // namespace

int64_t save_translator(const std::filesystem::path& folder) {
  const auto language = [] { return Language(make_tokenizer("space", {}), letters()); };
  Languages languages{language(), language()};
  ModelOptions options;
  options.embedding_size = 3;
  options.hidden_size = 4;
  auto network = std::make_unique<EncoderDecoder>(options, languages.sizes(),
                                                  ParameterStore::Gradients::kNone);
  const TranslationModel model(std::move(languages), std::move(network));
  const ModelFolder saved(folder);
  saved.create(/*overwrite=*/true);
  save_description(model, saved, nlohmann::ordered_json::object());
  saved.save_parameters(model.parameters(), Snapshot::kBest);
  return model.parameters().count();
}

int64_t save_classifier(const std::filesystem::path& folder) {
  ClassifierOptions options;
  options.words.embedding_size = 3;
  options.words.hidden_size = 2;
  options.pooling.attention_size = 2;
  ClassifierModel model({}, letters(), Labels({"no", "yes"}), nullptr);
  model.network = std::make_unique<DocumentClassifier>(
      options, DocumentClassifier::Sizes{model.vocabulary.size(), model.labels.size()},
      ParameterStore::Gradients::kNone);
  const ModelFolder saved(folder);
  saved.create(/*overwrite=*/true);
  save_description(model, saved, nlohmann::ordered_json::object());
  saved.save_parameters(model.network->parameters(), Snapshot::kBest);
  return model.network->parameters().count();
}

}  // namespace alinea::fuzz
