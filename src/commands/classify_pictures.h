// What classify does with pictures.
#pragma once

#include <cstdint>
#include <filesystem>

#include "models/picture_classification.h"
#include "signals/feature_files.h"

namespace alinea {

struct ClassifyPicturesOptions {
  std::filesystem::path model, input, attention, page;
  bool labelled = false;
  PictureClassificationOptions classification;
  FeatureFileOptions where;
};

// Prints the class of each picture of a list and the probabilities of all classes; a line with a
// fault stays empty, and is told of. Throws Error where the model or the list cannot be read, and
// the Error of Unanswered at the end where a line stayed empty.
void classify_pictures(const ClassifyPicturesOptions& options);

}  // namespace alinea
