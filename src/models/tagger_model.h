// A tagger: a network, its words, tags and classes, and how text becomes words.
//
//   config.json       options of the network, how text is read, options of the training
//   vocabulary.txt    a word a line
//   tags.txt          a tag a line
//   classes.txt       a class of sentences a line, of a model that predicts them
//   characters.txt    a letter a line, of a model that reads them
#pragma once

#include <memory>
#include <optional>

#include "models/model.h"
#include "models/tagger.h"
#include "text/labels.h"
#include "text/tagged_corpus.h"

namespace alinea {

struct TaggerModel : Model {
  static constexpr std::string_view kFormat = "alinea tagger";

  TaggerModel(TaggedForm columns, WordReader words, Labels names, std::optional<Labels> labels,
              std::unique_ptr<Tagger> made)
      : form(std::move(columns)),
        reader(std::move(words)),
        tags(std::move(names)),
        classes(std::move(labels)),
        network(std::move(made)) {}
  // As ModelKind::outline.
  static TaggerModel outline(const ModelFolder& folder);

  // Of a network for these words, tags and classes.
  static Tagger::Sizes sizes_of(const WordReader& reader, const Labels& tags,
                                const std::optional<Labels>& classes);

  std::string_view format() const override { return kFormat; }
  ParameterStore& parameters() const override { return network->parameters(); }
  nlohmann::ordered_json description() const override;
  std::vector<std::string> unused_options() const override;
  void save_texts(const std::filesystem::path& folder) const override;
  std::vector<WordList> word_lists() const override;

  TaggedForm form;
  WordReader reader;
  Labels tags;
  std::optional<Labels> classes;
  std::unique_ptr<Tagger> network;
};

}  // namespace alinea
