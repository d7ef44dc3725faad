#include "text/word_vectors.h"

#include <cmath>
#include <cstdlib>

#include "fuzz/fuzz_target.h"

namespace alinea::fuzz {

void read(const std::filesystem::path& file) {
  static const Vocabulary kVocabulary({"<unk>", "<s>", "</s>", "a", "b", "ü"});
  const WordVectors vectors = read_word_vectors(file, kVocabulary, 3);
  if (vectors.values.size() != vectors.ids.size() * 3) std::abort();
  for (const float value : vectors.values)
    if (!std::isfinite(value)) std::abort();
}

}  // namespace alinea::fuzz
