// Pictures through a classifier by glimpses, along several paths each.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/glimpse_classifier.h"

namespace alinea {

// Pictures of one size, and their classes where they are known.
class PictureSet {
 public:
  explicit PictureSet(const PictureSize& shape) : shape_(shape) {}

  void add(std::span<const float> pixels, int32_t label);
  const PictureSize& shape() const { return shape_; }
  int64_t size() const { return std::ssize(labels_); }
  int32_t label(int64_t i) const { return labels_[static_cast<size_t>(i)]; }
  std::span<const float> pixels(int64_t i) const;

 private:
  PictureSize shape_;
  std::vector<float> pixels_;  // [pictures, height, width, channels]
  std::vector<int32_t> labels_;
};

struct PictureClassification {
  std::vector<double> log_probabilities;  // of each class: of the mean over all paths
  int32_t label = 0;                      // the most probable class, the first of equals
  // The places that each path looked at, as they were drawn, and the probability of the label along
  // it; where asked for.
  struct Path {
    std::vector<Place> places;
    double probability;
  };
  std::vector<Path> paths = {};
};

struct PictureClassificationOptions {
  int64_t batch_size = 64;
  int64_t samples = 0;  // paths; 0: as many as the model's options say
  bool keep_paths = false;
};

// In the order of the pictures, which are numbers in the set. A path depends on the picture and its
// own number alone.
std::vector<PictureClassification> classify(const GlimpseClassifier& model,
                                            const PictureSet& pictures,
                                            std::span<const int64_t> numbers,
                                            const PictureClassificationOptions& options = {});

}  // namespace alinea
