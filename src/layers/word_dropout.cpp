#include "layers/word_dropout.h"

#include "text/vocabulary.h"

namespace alinea {

void drop_words(Tape& tape, double probability, std::span<int32_t> ids) {
  if (probability == 0 || tape.dropout() == nullptr) return;
  for (int32_t& id : ids) {
    if (id < 0 || id == kBegin || id == kEnd) continue;
    if (static_cast<double>(tape.dropout()->uniform()) < probability) id = kUnknown;
  }
}

}  // namespace alinea
