#include "server/small_models.h"

#include <memory>
#include <utility>

#include "models/classifier_model.h"
#include "models/language_model.h"
#include "models/tagger_model.h"
#include "models/translation_model.h"
#include "support/random.h"

namespace alinea {

namespace {

constexpr float kLarge = 3;  // times the usual size

Vocabulary small_words() {
  return Vocabulary({"<unk>", "<s>", "</s>", "a", "b", "c", "d", "e", "f", "g", "h"});
}

Language small_language() { return {make_tokenizer("space", {}), small_words()}; }

void save(const Model& model, const std::filesystem::path& folder) {
  Random random(7);
  model.parameters().initialize(random);
  for (float& value : model.parameters().values()) value *= kLarge;
  const ModelFolder saved(folder);
  saved.create(/*overwrite=*/true);
  save_description(model, saved, nlohmann::ordered_json::object());
  saved.save_parameters(model.parameters(), Snapshot::kBest);
}

void save_translation(const ModelOptions& options, const std::filesystem::path& folder) {
  Languages languages{small_language(), small_language()};
  auto network = std::make_unique<EncoderDecoder>(options, languages.sizes(),
                                                  ParameterStore::Gradients::kNone);
  save(TranslationModel(std::move(languages), std::move(network)), folder);
}

ModelOptions small_options() {
  ModelOptions options;
  options.embedding_size = 5;
  options.hidden_size = 6;
  return options;
}

void save_classification(const ClassifierOptions& options, const std::filesystem::path& folder) {
  ClassifierModel model({}, small_words(), Labels({"bad", "good"}), nullptr);
  model.network = std::make_unique<DocumentClassifier>(
      options, DocumentClassifier::Sizes{model.vocabulary.size(), model.labels.size()},
      ParameterStore::Gradients::kNone);
  save(model, folder);
}

ClassifierOptions small_classifier_options() {
  ClassifierOptions options;
  options.words.embedding_size = 5;
  options.words.hidden_size = 3;
  options.pooling.attention_size = 4;
  return options;
}

}  // namespace

void save_small_translator(const std::filesystem::path& folder) {
  save_translation(small_options(), folder);
}

void save_small_copying_translator(const std::filesystem::path& folder) {
  ModelOptions options = small_options();
  options.copy = true;
  save_translation(options, folder);
}

void save_small_transformer(const std::filesystem::path& folder) {
  ModelOptions options;
  options.architecture = "transformer";
  options.encoder_layers = options.decoder_layers = 2;
  options.embedding_size = options.hidden_size = 8;
  options.transformer.heads = 2;
  options.transformer.feed_forward_size = 7;
  save_translation(options, folder);
}

void save_small_classifier(const std::filesystem::path& folder) {
  save_classification(small_classifier_options(), folder);
}

void save_small_pair_classifier(const std::filesystem::path& folder) {
  ClassifierOptions options = small_classifier_options();
  options.hierarchical = false;
  options.pairs = true;
  options.pair_attention = "word-by-word";
  save_classification(options, folder);
}

void save_small_tagger(const std::filesystem::path& folder) {
  WordReader reader({}, small_words(), std::nullopt);
  Labels tags({"A", "B"});
  TaggerOptions options;
  options.encoder.embedding_size = 5;
  options.encoder.hidden_size = 3;
  auto network = std::make_unique<Tagger>(
      options, TaggerModel::sizes_of(reader, tags, std::nullopt), ParameterStore::Gradients::kNone);
  save(TaggerModel({}, std::move(reader), std::move(tags), std::nullopt, std::move(network)),
       folder);
}

void save_small_language_model(const std::filesystem::path& folder) {
  LanguageOptions options;
  options.network.bidirectional = false;
  options.network.embedding_size = 5;
  options.network.hidden_size = 6;
  Language language = small_language();
  auto network = std::make_unique<LanguageNetwork>(options, language.vocabulary().size(),
                                                   ParameterStore::Gradients::kNone);
  save(LanguageModel(std::move(language), std::move(network)), folder);
}

}  // namespace alinea
