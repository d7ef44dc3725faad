#include "text/vocabulary.h"

#include <cstdlib>

#include "fuzz/fuzz_target.h"

namespace alinea::fuzz {

void read(const std::filesystem::path& file) {
  const Vocabulary vocabulary = Vocabulary::load(file);
  for (auto id = kEnd + 1; id < vocabulary.size(); ++id)
    if (vocabulary.id(vocabulary.token(id)) != id) std::abort();
}

}  // namespace alinea::fuzz
