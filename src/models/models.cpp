#include <algorithm>

#include "models/classifier_model.h"
#include "models/language_model.h"
#include "models/model.h"
#include "models/picture_model.h"
#include "models/reader_model.h"
#include "models/story_model.h"
#include "models/tagger_model.h"
#include "models/translation_model.h"

namespace alinea {

namespace {

template <class Kind>
std::unique_ptr<Model> outline_of(const ModelFolder& folder) {
  return std::make_unique<Kind>(Kind::outline(folder));
}

constexpr ModelKind kKinds[] = {
    {TranslationModel::kFormat, "translation model", "alinea translate",
     outline_of<TranslationModel>},
    {ClassifierModel::kFormat, "document classifier", "alinea classify",
     outline_of<ClassifierModel>},
    {PictureModel::kFormat, "picture classifier", "alinea classify", outline_of<PictureModel>},
    {LanguageModel::kFormat, "language model", "alinea generate", outline_of<LanguageModel>},
    {TaggerModel::kFormat, "tagger", "alinea tag", outline_of<TaggerModel>},
    {ReaderModel::kFormat, "reader", "alinea answer", outline_of<ReaderModel>},
    {StoryModel::kFormat, "reader of stories", "alinea answer", outline_of<StoryModel>},
};

const ModelKind* find_kind(const nlohmann::ordered_json& description) {
  const nlohmann::ordered_json& format = description.at("format");
  const auto* const kind = std::ranges::find_if(
      kKinds, [&](const ModelKind& one) { return format == nlohmann::ordered_json(one.format); });
  return kind == std::end(kKinds) ? nullptr : kind;
}

}  // namespace

const ModelKind& kind_of(const ModelFolder& folder) {
  const ModelKind* kind = find_kind(folder.read_description());
  if (kind == nullptr)
    throw Error("{} does not describe a model of alinea", folder.config().string());
  return *kind;
}

nlohmann::ordered_json read_description(const ModelFolder& folder, std::string_view format) {
  nlohmann::ordered_json description = folder.read_description();
  const ModelKind& wanted = *std::ranges::find(kKinds, format, &ModelKind::format);
  const ModelKind* kind = find_kind(description);
  if (kind == nullptr)
    throw Error("{} does not describe a {} of alinea", folder.config().string(), wanted.name);
  if (kind != &wanted)
    throw Error("expected a {} in {}, got a {}: use {}, or another folder", wanted.name,
                folder.path().string(), kind->name, kind->command);
  return description;
}

void save_description(const Model& model, const ModelFolder& folder,
                      const nlohmann::ordered_json& history) {
  model.save_texts(folder.path());
  nlohmann::ordered_json fields = model.description();
  fields.update(history);
  folder.write_description(model.format(), fields);
}

}  // namespace alinea
