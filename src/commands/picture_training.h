// What train-classifier does with pictures: a classifier by glimpses.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "models/picture_model.h"
#include "options/options.h"
#include "tasks/glimpse_task.h"
#include "tasks/labelled_pictures.h"
#include "training/training_options.h"

namespace alinea {

class PictureTraining {
 public:
  void visit(FieldList& fields);
  // Throws UsageError for options that do not go together.
  void check() const;
  // What tells the versions of the pictures that lists name, by the option of each list.
  std::map<std::string, Fingerprint> named_files(
      const std::map<std::string, std::filesystem::path>& lists) const;
  // Reads the pictures, makes the model, and says on stderr what was read.
  void prepare(PictureFiles files, const PictureSplit& split, const TrainingOptions& learning);

  const Model& model() const { return *model_; }
  Task& task() { return *task_; }

 private:
  FeatureOptions features_;
  FeatureFileOptions where_;
  GlimpseOptions glimpses_;
  std::optional<LabelledPictures> pictures_;
  std::optional<PictureModel> model_;
  std::optional<GlimpseTask> task_;
};

}  // namespace alinea
