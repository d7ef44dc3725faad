// A classifier of pictures: a network, its classes, and how files become pictures.
//
//   config.json   options of the network, how pictures are read, options of the training
//   labels.txt    a class a line
#pragma once

#include <memory>

#include "models/glimpse_classifier.h"
#include "models/model.h"
#include "signals/feature_options.h"
#include "text/labels.h"

namespace alinea {

struct PictureModel : Model {
  static constexpr std::string_view kFormat = "alinea picture classifier";

  // `features` are those of pictures whose size is known.
  PictureModel(FeatureOptions pictures, Labels classes, const GlimpseOptions& options,
               ParameterStore::Gradients gradients);
  // As ModelKind::outline.
  static PictureModel outline(const ModelFolder& folder);

  std::string_view format() const override { return kFormat; }
  ParameterStore& parameters() const override { return network->parameters(); }
  nlohmann::ordered_json description() const override;
  std::vector<std::string> unused_options() const override;
  void save_texts(const std::filesystem::path& folder) const override;
  std::vector<WordList> word_lists() const override;

  FeatureOptions features;
  Labels labels;
  std::unique_ptr<GlimpseClassifier> network;
};

}  // namespace alinea
