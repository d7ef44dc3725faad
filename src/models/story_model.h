// A network for stories with questions, its words and answers, and how text is read.
//
//   config.json       options of the network, how text is read, options of the training
//   vocabulary.txt    a word a line
//   answers.txt       an answer a line
#pragma once

#include <memory>

#include "models/model.h"
#include "models/story_network.h"
#include "text/labels.h"
#include "text/vocabulary.h"

namespace alinea {

// The fields of how stories become words.
struct StoryFormFields {
  StoryForm& form;
  void visit(FieldList& fields) const;
};

struct StoryModel : Model {
  static constexpr std::string_view kFormat = "alinea story reader";

  StoryModel(const StoryForm& reading, Vocabulary words, Labels known,
             std::unique_ptr<StoryNetwork> made)
      : form(reading),
        vocabulary(std::move(words)),
        answers(std::move(known)),
        network(std::move(made)) {}
  // As ModelKind::outline.
  static StoryModel outline(const ModelFolder& folder);

  std::string_view format() const override { return kFormat; }
  ParameterStore& parameters() const override { return network->parameters(); }
  nlohmann::ordered_json description() const override;
  std::vector<std::string> unused_options() const override;
  void save_texts(const std::filesystem::path& folder) const override;
  std::vector<WordList> word_lists() const override;

  StoryForm form;
  Vocabulary vocabulary;
  Labels answers;
  std::unique_ptr<StoryNetwork> network;
};

}  // namespace alinea
