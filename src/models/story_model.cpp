#include "models/story_model.h"

#include "options/field_list.h"
#include "options/limits.h"

namespace alinea {

namespace {

constexpr const char *kStoryWords = "vocabulary.txt", *kAnswers = "answers.txt";

}  // namespace

void StoryFormFields::visit(FieldList& fields) const {
  fields.add("lowercase", form.lowercase, "convert words to lower case")
      .add("max-facts", form.max_facts,
           "of the sentences of a story, read so many before the question; 0: all")
      .range<int64_t>(0, kNoLimit);
}

StoryModel StoryModel::outline(const ModelFolder& folder) {
  const nlohmann::ordered_json json = read_description(folder, kFormat);
  return read_fields(folder, "'model' and 'text'", [&] {
    ReaderOptions options;
    StoryForm reading;
    try {
      options = from_json_fields<ReaderOptions>(json.at("model"));
      FieldList fields;
      StoryFormFields{reading}.visit(fields);
      read_json(json.at("text"), fields);
    } catch (const Error& error) {
      throw Error("{}: {}", folder.config().string(), error.what());
    }
    StoryModel model(reading, Vocabulary::load(folder.path() / kStoryWords),
                     Labels::load(folder.path() / kAnswers), nullptr);
    model.network = std::make_unique<StoryNetwork>(
        options, StoryNetwork::Sizes{model.vocabulary.size(), model.answers.size()},
        ParameterStore::Gradients::kLater);
    return model;
  });
}

nlohmann::ordered_json StoryModel::description() const {
  StoryForm text = form;
  FieldList fields;
  StoryFormFields{text}.visit(fields);
  return {{"model", to_json_fields(network->options())}, {"text", to_json(fields)}};
}

std::vector<std::string> StoryModel::unused_options() const {
  return unused_fields(network->options());
}

void StoryModel::save_texts(const std::filesystem::path& folder) const {
  vocabulary.save(folder / kStoryWords);
  answers.save(folder / kAnswers);
}

std::vector<WordList> StoryModel::word_lists() const {
  return {{"words", "vocabulary", vocabulary.tokens(), {"encoder.embedding.weight"}},
          {"answers",
           "answers",
           answers.names(),
           {"output.weight", "output.bias"},
           /*has_specials=*/false}};
}

}  // namespace alinea
