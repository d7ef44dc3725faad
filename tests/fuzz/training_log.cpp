// training.csv, which a training that goes on reads and cuts.
#include "training/training_log.h"

#include <cstdlib>

#include "fuzz/fuzz_target.h"
#include "storage/temporary_folder.h"
#include "training/task.h"

namespace alinea::fuzz {

void read(const std::filesystem::path& file) {
  static const TemporaryFolder kFolder;
  const std::filesystem::path log = kFolder.file("training.csv", bytes_of(file));
  constexpr int64_t kKept = 3;
  const TrainingLog training(log, {.unit = "target tokens", .has_perplexity = true}, kKept);
  if (training.rows() > kKept) std::abort();
}

}  // namespace alinea::fuzz
