// What a checkpoint says of its training: the JSON in a file whose checksum is right. A training
// goes on from it for two updates, so that a number that it should have refused has its effect.
#include <array>
#include <iostream>

#include "fuzz/fuzz_target.h"
#include "fuzz/toy_training.h"
#include "storage/atomic_file.h"
#include "storage/safetensors.h"
#include "storage/temporary_folder.h"

namespace alinea::fuzz {

void read(const std::filesystem::path& file) {
  std::cerr.rdbuf(nullptr);  // of the training; sanitizers write to the descriptor
  const TemporaryFolder folder;
  constexpr std::array<float, 3> kValues = {1, 2, 0.5};
  std::vector<TensorView> tensors;
  for (const char* name : {"weight", "optimizer.state0", "optimizer.state1"})
    tensors.push_back({name, {3}, kValues});
  write_safetensors(folder.path() / "checkpoint-5.safetensors", tensors,
                    {{"format", "alinea training checkpoint 3"}, {"training", read_file(file)}});
  train_toy(folder.path(), /*losses=*/2);
}

}  // namespace alinea::fuzz
