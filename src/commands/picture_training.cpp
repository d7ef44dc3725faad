#include "commands/picture_training.h"

#include <fmt/format.h>

#include <iostream>

#include "support/counted.h"
#include "support/error.h"

namespace alinea {

void PictureTraining::visit(FieldList& fields) {
  glimpses_.visit(fields);
  features_.visit(fields);
  where_.visit(fields, /*is_training=*/true);
}

void PictureTraining::check() const {
  if (glimpses_.glimpses == 0)
    throw UsageError("pictures are classified by glimpses: give --glimpses, for example 6");
}

std::map<std::string, Fingerprint> PictureTraining::named_files(
    const std::map<std::string, std::filesystem::path>& lists) const {
  std::map<std::string, Fingerprint> prints;
  for (const auto& [name, path] : lists) prints[name] = fingerprint_of_pictures(path, where_);
  return prints;
}

void PictureTraining::prepare(PictureFiles files, const PictureSplit& split,
                              const TrainingOptions& learning) {
  files.where = where_;
  pictures_.emplace(read_pictures(files, features_, split));
  model_.emplace(pictures_->features, pictures_->labels, glimpses_,
                 ParameterStore::Gradients::kKept);
  const PictureSize& size = pictures_->training.shape();
  std::cerr << fmt::format(
      "{} of {} by {} pixels in {}; {}\n"
      "{} classes, {} parameters\n",
      counted(pictures_->training.size(), "training picture"), size.height, size.width,
      counted(size.channels, "channel"),
      counted(pictures_->validation.size(), "validation picture"), pictures_->labels.size(),
      model_->parameters().count());
  task_.emplace(*model_->network,
                GlimpseTask::Data{pictures_->training, pictures_->validation, pictures_->labels},
                GlimpseTask::Options{learning.batch, learning.label_smoothing});
}

}  // namespace alinea
