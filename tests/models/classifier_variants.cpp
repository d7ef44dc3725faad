#include "models/classifier_variants.h"

#include <fmt/format.h>

#include "layers/recurrent.h"

namespace alinea {

std::vector<ClassifierVariant> all_classifiers() {
  std::vector<ClassifierVariant> variants;
  for (const std::string& cell : cell_names())
    for (const std::string& pooling : pooling_names())
      for (const bool hierarchical : {true, false}) {
        ClassifierOptions options;
        options.cell = cell;
        options.pooling = pooling;
        options.hierarchical = hierarchical;
        options.embedding_size = 7;
        options.hidden_size = 6;
        options.attention_size = 9;
        options.dropout = 0;
        variants.push_back(
            {fmt::format("{} {} {}", cell, pooling, hierarchical ? "hierarchical" : "flat"),
             options});
      }
  return variants;
}

std::unique_ptr<DocumentClassifier> random_classifier(const ClassifierOptions& options,
                                                      uint64_t seed) {
  auto model = std::make_unique<DocumentClassifier>(
      options, DocumentClassifier::Sizes{kTinyWords, kTinyClasses},
      ParameterStore::Gradients::kKept);
  Random random(seed);
  for (const Parameter& parameter : model->parameters().parameters()) {
    const std::string& name = parameter.name();
    const bool is_large = name.starts_with("output") || name.starts_with("embedding") ||
                          name.find("attention") != std::string::npos;
    const float limit = is_large ? 1.4F : 0.6F;
    for (float& value : parameter.value()) value = limit * (2.0F * random.uniform() - 1.0F);
  }
  model->parameters().changed();
  return model;
}

DocumentCorpus tiny_documents() {
  using Sentences = std::vector<std::vector<int32_t>>;
  const std::vector<Sentences> documents = {
      {{3, 4, 5}, {6}, {7, 8, 9, 10, 0}},        {{5, 5}}, {},
      {{9, 3, 4, 4, 8, 7, 6}, {}, {0, 2}, {10}}, {{}},     {{8}, {3, 9}}};
  DocumentCorpus corpus;
  int32_t label = 0;
  for (const Sentences& document : documents) {
    for (const std::vector<int32_t>& sentence : document) corpus.add_sentence(sentence);
    corpus.add_document(label++ % static_cast<int32_t>(kTinyClasses));
  }
  return corpus;
}

}  // namespace alinea
