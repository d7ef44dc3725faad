#include "models/tagger_model.h"

#include "options/field_list.h"

namespace alinea {

namespace {

constexpr const char *kWordFile = "vocabulary.txt", *kTagFile = "tags.txt",
                     *kClassFile = "classes.txt", *kLetterFile = "characters.txt";

}  // namespace

Tagger::Sizes TaggerModel::sizes_of(const WordReader& reader, const Labels& tags,
                                    const std::optional<Labels>& classes) {
  return {.vocabulary = reader.words().size(),
          .tags = tags.size(),
          .classes = classes ? classes->size() : 0,
          .letters = reader.letters() ? reader.letters()->size() : 0};
}

TaggerModel TaggerModel::outline(const ModelFolder& folder) {
  const nlohmann::ordered_json json = read_description(folder, kFormat);
  return read_fields(folder, "'model' and 'text'", [&] {
    TaggerOptions options;
    TaggedForm columns;
    WordForm words;
    try {
      options = from_json_fields<TaggerOptions>(json.at("model"));
      FieldList fields;
      TaggedTextFields{columns, words}.visit(fields);
      read_json(json.at("text"), fields);
    } catch (const Error& error) {
      throw Error("{}: {}", folder.config().string(), error.what());
    }
    std::optional<Vocabulary> letters;
    if (options.character_features) letters = Vocabulary::load(folder.path() / kLetterFile);
    std::optional<Labels> labels;
    if (options.joint_class) labels = Labels::load(folder.path() / kClassFile);
    TaggerModel model(
        columns, WordReader(words, Vocabulary::load(folder.path() / kWordFile), std::move(letters)),
        Labels::load(folder.path() / kTagFile), std::move(labels), nullptr);
    model.network =
        std::make_unique<Tagger>(options, sizes_of(model.reader, model.tags, model.classes),
                                 ParameterStore::Gradients::kLater);
    return model;
  });
}

nlohmann::ordered_json TaggerModel::description() const {
  TaggedForm columns = form;
  WordForm words = reader.form();
  FieldList fields;
  TaggedTextFields{columns, words}.visit(fields);
  return {{"model", to_json_fields(network->options())}, {"text", to_json(fields)}};
}

std::vector<std::string> TaggerModel::unused_options() const {
  return unused_fields(network->options());
}

void TaggerModel::save_texts(const std::filesystem::path& folder) const {
  reader.words().save(folder / kWordFile);
  tags.save(folder / kTagFile);
  if (classes) classes->save(folder / kClassFile);
  if (reader.letters()) reader.letters()->save(folder / kLetterFile);
}

std::vector<WordList> TaggerModel::word_lists() const {
  std::vector<WordList> lists = {
      {"words", "vocabulary", reader.words().tokens(), {"encoder.embedding.weight"}},
      {"tags",
       "tags",
       tags.names(),
       {"output.weight", "output.bias", "crf.transitions", "crf.start", "crf.end"},
       /*has_specials=*/false}};
  if (classes)
    lists.push_back({"classes",
                     "classes",
                     classes->names(),
                     {"class.output.weight", "class.output.bias"},
                     /*has_specials=*/false});
  if (reader.letters())
    lists.push_back(
        {"characters", "characters", reader.letters()->tokens(), {"characters.embedding.weight"}});
  return lists;
}

}  // namespace alinea
