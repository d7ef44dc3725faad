// A SentencePiece model of any origin.
#include <string>

#include "fuzz/fuzz_target.h"
#include "text/sentencepiece.h"

namespace alinea::fuzz {

void read(const std::filesystem::path& file) {
  const auto tokenizer = load_sentencepiece(file);
  tokenizer->own_vocabulary();
  tokenizer->join(tokenizer->split("Zwei Wörter, 3 Zahlen \u4e2d\u6587."));
}

}  // namespace alinea::fuzz
