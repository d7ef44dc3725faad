// What a checkpoint says of its training: the JSON in a file whose checksum is right.
#include <array>
#include <nlohmann/json.hpp>

#include "fuzz/fuzz_target.h"
#include "storage/atomic_file.h"
#include "storage/safetensors.h"
#include "storage/temporary_folder.h"
#include "training/training_run.h"
#include "training/training_state.h"

namespace alinea::fuzz {

void read(const std::filesystem::path& file) {
  static const TemporaryFolder kFolder;
  static const RunRecord kRecord{{{"epochs", 3}, {"seed", 1}, {"cell", "gru"}},
                                 {{"source", {.bytes = 7, .crc32 = 9}}}};
  constexpr std::array<float, 2> kValues = {1, 2};
  const TensorView tensor{"weight", {2}, kValues};
  write_safetensors(kFolder.path() / "checkpoint-1.safetensors", std::span(&tensor, 1),
                    {{"format", "alinea training checkpoint 2"}, {"training", read_file(file)}});
  const TrainingRun run(kFolder.path(), kRecord, /*overwrite=*/false);
  try {
    nlohmann::json(run.start()->training.at("state").at("progress")).get<TrainingState>();
  } catch (const nlohmann::json::exception&) {  // NOLINT(bugprone-empty-catch): as documented
  }
}

}  // namespace alinea::fuzz
