// A translation model: a network, and the languages that its numbers stand for.
//
//   config.json               options of the network, tokenizer, options of the training
//   source.vocabulary.txt     and target.vocabulary.txt: a token a line
//   source.spm, target.spm    the SentencePiece models, where that is the tokenizer
//   source.symbols.txt        and target.symbols.txt: symbols that stay whole, with icu
#pragma once

#include <memory>

#include "models/encoder_decoder.h"
#include "models/model.h"
#include "text/language.h"

namespace alinea {

// Both languages of a translation.
struct Languages {
  Language source, target;
  EncoderDecoder::Vocabularies sizes() const {
    return {source.vocabulary().size(), target.vocabulary().size()};
  }
};

struct TranslationModel : Model {
  static constexpr std::string_view kFormat = "alinea translation model";

  TranslationModel(Languages of, std::unique_ptr<EncoderDecoder> made)
      : languages(std::move(of)), network(std::move(made)) {}
  // As ModelKind::outline.
  static TranslationModel outline(const ModelFolder& folder);

  std::string_view format() const override { return kFormat; }
  ParameterStore& parameters() const override { return network->parameters(); }
  nlohmann::ordered_json description() const override;
  void save_texts(const std::filesystem::path& folder) const override;
  std::vector<WordList> word_lists() const override;

  Languages languages;
  std::unique_ptr<EncoderDecoder> network;
};

// How the text of a model with languages is split into tokens, by its description.
TextOptions text_options(const nlohmann::ordered_json& description);
// That of a translation model. Throws Error as read_description does.
TextOptions text_options(const ModelFolder& folder);

}  // namespace alinea
