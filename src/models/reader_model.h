// A reader: a network, its words, and how text is read.
//
//   config.json       options of the network, how text is read, options of the training
//   vocabulary.txt    a word a line
#pragma once

#include <memory>

#include "models/model.h"
#include "models/reader.h"
#include "text/vocabulary.h"

namespace alinea {

struct ReaderModel : Model {
  static constexpr std::string_view kFormat = "alinea reader";

  ReaderModel(ReadingForm reading, Vocabulary words, std::unique_ptr<Reader> made)
      : form(std::move(reading)), vocabulary(std::move(words)), network(std::move(made)) {}
  // As ModelKind::outline.
  static ReaderModel outline(const ModelFolder& folder);

  std::string_view format() const override { return kFormat; }
  ParameterStore& parameters() const override { return network->parameters(); }
  nlohmann::ordered_json description() const override;
  std::vector<std::string> unused_options() const override;
  void save_texts(const std::filesystem::path& folder) const override;
  std::vector<WordList> word_lists() const override;

  ReadingForm form;
  Vocabulary vocabulary;
  std::unique_ptr<Reader> network;
};

}  // namespace alinea
