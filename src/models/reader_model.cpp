#include "models/reader_model.h"

#include "options/field_list.h"

namespace alinea {

namespace {

constexpr const char* kReaderWords = "vocabulary.txt";

}  // namespace

ReaderModel ReaderModel::outline(const ModelFolder& folder) {
  const nlohmann::ordered_json json = read_description(folder, kFormat);
  return read_fields(folder, "'model' and 'text'", [&] {
    ReaderOptions options;
    ReadingForm reading;
    try {
      options = from_json_fields<ReaderOptions>(json.at("model"));
      FieldList fields;
      ReadingFormFields{reading}.visit(fields);
      read_json(json.at("text"), fields);
    } catch (const Error& error) {
      throw Error("{}: {}", folder.config().string(), error.what());
    }
    ReaderModel model(reading, Vocabulary::load(folder.path() / kReaderWords), nullptr);
    for (int64_t i = 0; i < reading.entity_markers; ++i)
      if (model.vocabulary.id(entity_marker(i)) == kUnknown)
        throw Error("{}: expected the marker {}, as {} has {} entity_markers",
                    (folder.path() / kReaderWords).string(), entity_marker(i),
                    folder.config().string(), reading.entity_markers);
    model.network = std::make_unique<Reader>(options, model.vocabulary.size(),
                                             ParameterStore::Gradients::kLater);
    return model;
  });
}

nlohmann::ordered_json ReaderModel::description() const {
  ReadingForm text = form;
  FieldList fields;
  ReadingFormFields{text}.visit(fields);
  return {{"model", to_json_fields(network->options())}, {"text", to_json(fields)}};
}

std::vector<std::string> ReaderModel::unused_options() const {
  return unused_fields(network->options());
}

void ReaderModel::save_texts(const std::filesystem::path& folder) const {
  vocabulary.save(folder / kReaderWords);
}

std::vector<WordList> ReaderModel::word_lists() const {
  return {{"words", "vocabulary", vocabulary.tokens(), {"encoder.embedding.weight"}}};
}

}  // namespace alinea
