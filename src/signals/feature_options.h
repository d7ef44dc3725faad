// How the sounds, pictures and tables of a model become rows of features. A training saves them,
// with what it found in its first example, so that later ones are read as those were.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "signals/transforms.h"

namespace alinea {

class FieldList;

struct FeatureOptions {
  std::string kind;         // "sound", "picture" or "table", of all examples; "": not known yet
  int64_t columns = 0;      // F, of a row
  int64_t sample_rate = 0;  // 0: that of the first sound
  int64_t mel_filters = 40;
  double frame_length = 25, frame_shift = 10;  // milliseconds
  double low_frequency = 20, high_frequency = 0;
  double pre_emphasis = 0.97;
  int64_t deltas = 0;
  std::string normalization = "auto";  // of the columns: none, utterance, corpus
  int64_t mfc_columns = 13;
  int64_t patches = 0;         // P; 0: a row is a pixel
  int64_t picture_height = 0;  // these three 0: as the first picture
  int64_t picture_width = 0;
  int64_t picture_channels = 0;
  Moments corpus;  // of the training examples, where they normalise

  bool is_picture() const { return kind == "picture"; }
  // When the middle of row `row`, counted from 0, of a sound is; 0 for no sounds. A fraction is
  // between the middles of two rows.
  double seconds_of(double row) const;
  // Those of the command line and of files.
  void visit(FieldList& fields);
};

nlohmann::ordered_json feature_options_to_json(const FeatureOptions& options);
// Throws Error where a field is missing, of another type or not accepted.
FeatureOptions feature_options_from_json(const nlohmann::ordered_json& json);

}  // namespace alinea
