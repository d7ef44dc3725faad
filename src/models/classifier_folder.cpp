#include "models/classifier_folder.h"

#include <nlohmann/json.hpp>

#include "options/field_list.h"
#include "support/error.h"

namespace alinea {

namespace {

nlohmann::ordered_json json_of(SplitterOptions options) {
  FieldList fields;
  SplitterFields{options}.visit(fields);
  return to_json(fields);
}

SplitterOptions splitter_options_from_json(const nlohmann::ordered_json& json) {
  SplitterOptions options;
  FieldList fields;
  SplitterFields{options}.visit(fields);
  read_json(json, fields);
  return options;
}

}  // namespace

void ClassifierFolder::save_description(const ClassifierModel& model,
                                        const nlohmann::ordered_json& training) const {
  model.vocabulary.save(folder_.path() / "vocabulary.txt");
  model.labels.save(folder_.path() / "labels.txt");
  folder_.write_description(ModelKind::kClassifier,
                            {{"model", to_json_fields(model.network->options())},
                             {"text", json_of(model.splitter)},
                             {"training", training}});
}

ClassifierModel ClassifierFolder::load(Snapshot snapshot) const {
  ClassifierModel model = outline();
  folder_.load_parameters(model.network->parameters(), snapshot);
  return model;
}

ClassifierModel ClassifierFolder::outline() const {
  const nlohmann::ordered_json json = folder_.read_description(ModelKind::kClassifier);
  const std::string config = (folder_.path() / "config.json").string();
  try {
    ClassifierOptions options;
    SplitterOptions splitter;
    try {
      options = from_json_fields<ClassifierOptions>(json.at("model"));
      splitter = splitter_options_from_json(json.at("text"));
    } catch (const Error& error) {
      throw Error("{}: {}", config, error.what());
    }
    ClassifierModel model{splitter,
                          Vocabulary::load(folder_.path() / "vocabulary.txt"),
                          Labels::load(folder_.path() / "labels.txt"),
                          {}};
    model.network = std::make_unique<DocumentClassifier>(
        options, DocumentClassifier::Sizes{model.vocabulary.size(), model.labels.size()},
        ParameterStore::Gradients::kLater);
    return model;
  } catch (const nlohmann::json::exception&) {
    throw Error("expected 'model' and 'text' in {}: the file is damaged", config);
  } catch (const UsageError& error) {
    throw Error("the options in {} do not describe a valid model: {}", config, error.what());
  }
}

}  // namespace alinea
