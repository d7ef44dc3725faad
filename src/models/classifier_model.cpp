#include "models/classifier_model.h"

#include "options/field_list.h"

namespace alinea {

ClassifierModel ClassifierModel::outline(const ModelFolder& folder) {
  const nlohmann::ordered_json json = read_description(folder, kFormat);
  return read_fields(folder, "'model' and 'text'", [&] {
    ClassifierOptions options;
    SplitterOptions splitting;
    try {
      options = from_json_fields<ClassifierOptions>(json.at("model"));
      FieldList fields;
      SplitterFields{splitting}.visit(fields);
      read_json(json.at("text"), fields);
    } catch (const Error& error) {
      throw Error("{}: {}", folder.config().string(), error.what());
    }
    ClassifierModel model(splitting, Vocabulary::load(folder.path() / "vocabulary.txt"),
                          Labels::load(folder.path() / "labels.txt"), nullptr);
    model.network = std::make_unique<DocumentClassifier>(
        options, DocumentClassifier::Sizes{model.vocabulary.size(), model.labels.size()},
        ParameterStore::Gradients::kLater);
    return model;
  });
}

nlohmann::ordered_json ClassifierModel::description() const {
  SplitterOptions text = splitter;
  FieldList fields;
  SplitterFields{text}.visit(fields);
  return {{"model", to_json_fields(network->options())}, {"text", to_json(fields)}};
}

std::vector<std::string> ClassifierModel::unused_options() const {
  return unused_fields(network->options());
}

void ClassifierModel::save_texts(const std::filesystem::path& folder) const {
  vocabulary.save(folder / "vocabulary.txt");
  labels.save(folder / "labels.txt");
}

std::vector<WordList> ClassifierModel::word_lists() const {
  return {{"words", "vocabulary", vocabulary.tokens(), {"encoder.embedding.weight"}},
          {"labels",
           "labels",
           labels.names(),
           {"output.weight", "output.bias"},
           /*has_specials=*/false}};
}

}  // namespace alinea
