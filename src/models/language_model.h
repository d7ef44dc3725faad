// A language model: a network, and the language that its numbers stand for.
//
//   config.json               options of the network, tokenizer, options of the training
//   text.vocabulary.txt       a token a line
//   text.spm                  the SentencePiece model, where that is the tokenizer
//   text.symbols.txt          symbols that stay whole, with icu
#pragma once

#include <memory>

#include "models/language_network.h"
#include "models/model.h"
#include "text/language.h"

namespace alinea {

inline constexpr const char* kMaskSymbol = "<mask>";  // of masked language models

struct LanguageModel : Model {
  static constexpr std::string_view kFormat = "alinea language model";
  static constexpr std::string_view kSide = "text";  // its files' names

  LanguageModel(Language of, std::unique_ptr<LanguageNetwork> made)
      : language(std::move(of)), network(std::move(made)) {}
  // As ModelKind::outline.
  static LanguageModel outline(const ModelFolder& folder);

  std::string_view format() const override { return kFormat; }
  ParameterStore& parameters() const override { return network->parameters(); }
  nlohmann::ordered_json description() const override;
  std::vector<std::string> unused_options() const override;
  void save_texts(const std::filesystem::path& folder) const override;
  std::vector<WordList> word_lists() const override;
  // Of encoders and decoders.
  std::vector<std::string> names_elsewhere(std::string_view parameter) const override;

  Language language;
  std::unique_ptr<LanguageNetwork> network;
};

// Loads a model that writes and scores text. Throws Error as load() does, and for one whose
// objective is not causal.
LanguageModel load_causal(const std::filesystem::path& folder);

}  // namespace alinea
