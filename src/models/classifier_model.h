// A document classifier: a network, its words and classes, and how text becomes words.
//
//   config.json       options of the network, how text becomes words, options of the training
//   vocabulary.txt    a word a line
//   labels.txt        a class a line
#pragma once

#include <memory>

#include "models/document_classifier.h"
#include "models/model.h"
#include "text/document_splitter.h"
#include "text/labels.h"
#include "text/vocabulary.h"

namespace alinea {

struct ClassifierModel : Model {
  static constexpr std::string_view kFormat = "alinea document classifier";

  ClassifierModel(SplitterOptions text, Vocabulary words, Labels classes,
                  std::unique_ptr<DocumentClassifier> made)
      : splitter(text),
        vocabulary(std::move(words)),
        labels(std::move(classes)),
        network(std::move(made)) {}
  // As ModelKind::outline.
  static ClassifierModel outline(const ModelFolder& folder);

  std::string_view format() const override { return kFormat; }
  ParameterStore& parameters() const override { return network->parameters(); }
  nlohmann::ordered_json description() const override;
  std::vector<std::string> unused_options() const override;
  void save_texts(const std::filesystem::path& folder) const override;
  std::vector<WordList> word_lists() const override;

  SplitterOptions splitter;
  Vocabulary vocabulary;
  Labels labels;
  std::unique_ptr<DocumentClassifier> network;
};

}  // namespace alinea
