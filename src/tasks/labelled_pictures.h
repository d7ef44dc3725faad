// Pictures with their classes: "label<TAB>entry" on each line, where an entry is what
// signals/feature_reader.h reads.
#pragma once

#include <filesystem>

#include "models/picture_classification.h"
#include "signals/feature_reader.h"
#include "storage/checksum.h"
#include "text/labels.h"

namespace alinea {

struct PictureFiles {
  std::filesystem::path training;
  std::filesystem::path validation = {};  // empty: a share of the training pictures
  FeatureFileOptions where = {};
};

struct PictureSplit {
  double valid_share = 0.1;  // of every class, rounded down
  uint64_t seed = 1;         // of the choice
};

struct LabelledPictures {
  FeatureOptions features;  // as the first picture completed them
  Labels labels;            // of the training list
  PictureSet training, validation;
};

// Reads each list once. Throws Error that names file and line where a line, a label or a picture is
// wrong, and where no picture is left to train on or to validate by.
LabelledPictures read_pictures(const PictureFiles& files, const FeatureOptions& features,
                               const PictureSplit& split);

// What tells the version of the pictures that a list names. Throws Error as read_pictures() where
// the list is wrong.
Fingerprint fingerprint_of_pictures(const std::filesystem::path& list,
                                    const FeatureFileOptions& where);

// The size of the pictures that such features are.
PictureSize picture_size(const FeatureOptions& features);

}  // namespace alinea
