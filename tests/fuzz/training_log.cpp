// training.csv, which a training that goes on reads and cuts, and reports show.
#include "training/training_log.h"

#include <cstdlib>

#include "fuzz/fuzz_target.h"
#include "storage/temporary_folder.h"
#include "support/error.h"
#include "training/task.h"
#include "training/training_table.h"

namespace alinea::fuzz {

void read(const std::filesystem::path& file) {
  static const TemporaryFolder kFolder;
  const std::filesystem::path log = kFolder.file("training.csv", bytes_of(file));
  try {
    const TrainingTable table = read_training_table(log);
    for (const TrainingTable::Row& row : table.rows)
      if (row.size() != table.columns.size()) std::abort();
  } catch (const Error&) {
  }
  constexpr int64_t kKept = 3;
  const TrainingLog training(log, {.unit = "target tokens", .has_perplexity = true}, kKept);
  if (training.rows() > kKept) std::abort();
}

}  // namespace alinea::fuzz
