// Parameters and checkpoints: the container.
#include "storage/safetensors.h"

#include <cstdlib>
#include <vector>

#include "fuzz/fuzz_target.h"

namespace alinea::fuzz {

void read(const std::filesystem::path& file) {
  const Safetensors tensors(file);
  const auto most = static_cast<size_t>(std::filesystem::file_size(file));
  for (const std::string& name : tensors.names()) {
    const std::vector<int64_t>& shape = tensors.shape(name);
    size_t count = 1;
    for (const int64_t extent : shape)
      count = extent == 0 ? 0 : count * static_cast<size_t>(extent);
    if (count * sizeof(float) > most) std::abort();
    std::vector<float> values(count);
    tensors.copy(name, shape, values);
  }
}

}  // namespace alinea::fuzz
