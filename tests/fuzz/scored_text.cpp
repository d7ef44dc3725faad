// Translations to be scored, as lines of UTF-8.
#include <cmath>
#include <cstdlib>

#include "fuzz/fuzz_target.h"
#include "metrics/bleu.h"
#include "metrics/chrf.h"
#include "text/line_reader.h"

namespace alinea::fuzz {

void read(const std::filesystem::path& file) {
  const std::vector<std::string> lines = read_lines(file);
  std::vector<std::string> reversed(lines.rbegin(), lines.rend());
  const References references = {reversed, lines};
  for (const std::string& name : bleu_tokenizer_names()) {
    const BleuTokenizer tokenizer = bleu_tokenizer_from_name(name);
    if (!std::isfinite(corpus_bleu(lines, references, tokenizer).score)) std::abort();
    objection_to(tokenizer, references);
  }
  if (!std::isfinite(corpus_chrf(lines, references).score)) std::abort();
}

}  // namespace alinea::fuzz
