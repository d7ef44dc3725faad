// A translation model: a network, and the languages that its numbers stand for. The source may be
// features in the place of a language.
//
//   config.json               options of the network, tokenizer, options of the training
//   source.vocabulary.txt     and target.vocabulary.txt: a token a line
//   source.spm, target.spm    the SentencePiece models, where that is the tokenizer
//   source.symbols.txt        and target.symbols.txt: symbols that stay whole, with icu
#pragma once

#include <memory>

#include "models/encoder_decoder.h"
#include "models/model.h"
#include "signals/feature_options.h"
#include "text/language.h"

namespace alinea {

// Both languages of a translation. Where the source has features, its language is that of the
// target, and nothing is read with it.
struct Languages {
  Language source, target;
  bool has_features = false;
  EncoderDecoder::Vocabularies sizes() const {
    return {has_features ? 0 : source.vocabulary().size(), target.vocabulary().size()};
  }
  // For models that copy words of the source, whatever vocabulary both have.
  void open();
};

// Those in a model folder, or in another one that has the files of a model's languages.
Languages load_languages(const std::filesystem::path& folder, const TextOptions& text,
                         bool has_features);

struct TranslationModel : Model {
  static constexpr std::string_view kFormat = "alinea translation model";

  TranslationModel(Languages of, std::unique_ptr<EncoderDecoder> made,
                   FeatureOptions of_source = {})
      : languages(std::move(of)), network(std::move(made)), features(std::move(of_source)) {}
  // As ModelKind::outline.
  static TranslationModel outline(const ModelFolder& folder);

  std::string_view format() const override { return kFormat; }
  ParameterStore& parameters() const override { return network->parameters(); }
  nlohmann::ordered_json description() const override;
  std::vector<std::string> unused_options() const override;
  void save_texts(const std::filesystem::path& folder) const override;
  std::vector<WordList> word_lists() const override;

  Languages languages;
  std::unique_ptr<EncoderDecoder> network;
  FeatureOptions features;  // of a source of features
};

// How the text of a model with languages is split into tokens, by its description.
TextOptions text_options(const nlohmann::ordered_json& description);
// That of a translation model. Throws Error as read_description does.
TextOptions text_options(const ModelFolder& folder);
// Whether the source of a translation model is features. Throws Error in the same way.
bool reads_features(const ModelFolder& folder);

}  // namespace alinea
