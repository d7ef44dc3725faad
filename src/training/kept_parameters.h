// The parameters of several validations, to be averaged once training is done: files
// validated-<update>.safetensors in the model folder, whose metadata tells the score.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "autograd/parameter.h"
#include "storage/numbered_files.h"
#include "training/early_stopping.h"

namespace alinea {

struct KeptOptions {
  // Of equal scores the one with the smaller loss is better.
  int64_t best = 1, last = 1;  // how many; 1: no more than what is kept anyway
};

class KeptParameters {
 public:
  struct Result {
    double score, loss;  // of a validation
  };

  KeptParameters(const std::filesystem::path& folder, Better better, const KeptOptions& options);

  // Goes on with what a training had kept when it had done so many updates. A line for each file
  // that is damaged and kept no longer.
  std::vector<std::string> restore(int64_t update);

  // Writes the parameters, if they are wanted. Throws Error where they cannot be written.
  void validated(int64_t update, const Result& result, const ParameterStore& parameters);

  // Removes the files that are wanted no longer, and what a crash left behind: to be called once a
  // checkpoint of the training is on disk.
  void tidy() const;

 private:
  struct Kept {
    int64_t update;
    Result result;
  };
  std::vector<Kept> wanted(const std::vector<Kept>& all) const;

  NumberedFiles files_;
  Better better_;
  KeptOptions options_;
  std::vector<Kept> kept_;  // by update
};

// What a training has kept in its folder, the best or the last first, at most `count` files. Throws
// Error where one is damaged.
std::vector<std::filesystem::path> best_kept(const std::filesystem::path& folder, int64_t count);
std::vector<std::filesystem::path> last_kept(const std::filesystem::path& folder, int64_t count);

void remove_kept(const std::filesystem::path& folder);

}  // namespace alinea
