// Classifiers of pictures by glimpses, in memory. Exceptions and threads as in translate.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "alinea/export.h"

namespace alinea {

// Options of `alinea classify` for pictures, with the same defaults.
struct LookingOptions {
  int64_t batch_size = 64;  // pictures
  int64_t threads = 0;      // of a call; 0: as many as OpenMP is given (OMP_NUM_THREADS)
  int64_t samples = 0;      // paths of glimpses that are averaged; 0: as the model was trained
  bool keep_paths = false;
};

struct ClassifiedPicture {
  std::string label = {};                  // the most probable class
  std::vector<double> probabilities = {};  // in the order of PictureLooker::labels()
  // Where the model looked, where paths are kept: places (x, y) from -1, the left or upper edge, to
  // 1, and the probability of the label along the path.
  struct Path {
    std::vector<std::pair<float, float>> places;
    double probability;
  };
  std::vector<Path> paths = {};
  std::string fault = {};  // why there is no class; or empty
};

class ALINEA_EXPORT PictureLooker {
 public:
  // Throws std::runtime_error if the folder does not contain a complete classifier of pictures.
  explicit PictureLooker(const std::filesystem::path& model_folder);
  PictureLooker(PictureLooker&&) noexcept;
  PictureLooker& operator=(PictureLooker&&) noexcept;
  ~PictureLooker();

  // An answer for each entry of a list as docs/files.md describes it: a file, or a part of one.
  // What is wrong with one is its fault and changes no other.
  std::vector<ClassifiedPicture> classify(std::span<const std::string> entries,
                                          const LookingOptions& options = {}) const;

  const std::vector<std::string>& labels() const;

 private:
  class Model;
  std::unique_ptr<Model> model_;
};

}  // namespace alinea
