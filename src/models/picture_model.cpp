#include "models/picture_model.h"

#include "options/field_list.h"

namespace alinea {

namespace {

PictureSize size_of(const FeatureOptions& features) {
  return {features.picture_height, features.picture_width, features.picture_channels};
}

}  // namespace

PictureModel::PictureModel(FeatureOptions pictures, Labels classes, const GlimpseOptions& options,
                           ParameterStore::Gradients gradients)
    : features(std::move(pictures)), labels(std::move(classes)) {
  if (!features.is_picture() || size_of(features).values() < 1)
    throw UsageError("glimpses are of pictures, but the examples are {}s", features.kind);
  if (features.patches > 1) throw UsageError("glimpses are of single pixels: leave out --patches");
  check_fields(options);
  network = std::make_unique<GlimpseClassifier>(
      options, GlimpseClassifier::Sizes{size_of(features), labels.size()}, gradients);
}

PictureModel PictureModel::outline(const ModelFolder& folder) {
  const nlohmann::ordered_json json = read_description(folder, kFormat);
  return read_fields(folder, "'model' and 'features'", [&] {
    GlimpseOptions options;
    FeatureOptions pictures;
    try {
      options = from_json_fields<GlimpseOptions>(json.at("model"));
      pictures = feature_options_from_json(json.at("features"));
    } catch (const Error& error) {
      throw Error("{}: {}", folder.config().string(), error.what());
    }
    return PictureModel(std::move(pictures), Labels::load(folder.path() / "labels.txt"), options,
                        ParameterStore::Gradients::kLater);
  });
}

nlohmann::ordered_json PictureModel::description() const {
  return {{"model", to_json_fields(network->options())},
          {"features", feature_options_to_json(features)}};
}

std::vector<std::string> PictureModel::unused_options() const {
  return unused_fields(network->options());
}

void PictureModel::save_texts(const std::filesystem::path& folder) const {
  labels.save(folder / "labels.txt");
}

std::vector<WordList> PictureModel::word_lists() const {
  return {{"labels", "labels", labels.names(), {}, /*has_specials=*/false}};
}

}  // namespace alinea
