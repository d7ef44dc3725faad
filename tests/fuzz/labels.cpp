#include "text/labels.h"

#include <cstdlib>

#include "fuzz/fuzz_target.h"

namespace alinea::fuzz {

void read(const std::filesystem::path& file) {
  const Labels labels = Labels::load(file);
  for (int32_t id = 0; id < labels.size(); ++id)
    if (labels.id(labels.name(id)) != id) std::abort();
}

}  // namespace alinea::fuzz
