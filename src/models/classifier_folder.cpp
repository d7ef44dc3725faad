#include "models/classifier_folder.h"

#include "models/option_checks.h"
#include "support/error.h"

namespace alinea {

namespace {

nlohmann::ordered_json to_json(const SplitterOptions& o) {
  return {{"lowercase", o.lowercase},
          {"tags_as_breaks", o.tags_as_breaks},
          {"html_entities", o.html_entities},
          {"max_words", o.max_words},
          {"max_sentences", o.max_sentences}};
}

SplitterOptions splitter_options_from_json(const nlohmann::ordered_json& json) {
  SplitterOptions o;
  const FieldReader read(json);
  read("lowercase", o.lowercase);
  read("tags_as_breaks", o.tags_as_breaks);
  if (json.contains("html_entities"))
    read("html_entities", o.html_entities);  // older ones have none
  read("max_words", o.max_words);
  read("max_sentences", o.max_sentences);
  if (o.max_words < 0 || o.max_sentences < 0)
    throw Error("expected 'max_words' and 'max_sentences' to be 0 or more");
  return o;
}

}  // namespace

void ClassifierFolder::save_description(const ClassifierModel& model,
                                        const nlohmann::ordered_json& training) const {
  model.vocabulary.save(folder_.path() / "vocabulary.txt");
  model.labels.save(folder_.path() / "labels.txt");
  folder_.write_description(ModelKind::kClassifier, {{"model", to_json(model.network->options())},
                                                     {"text", to_json(model.splitter)},
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
      options = classifier_options_from_json(json.at("model"));
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
