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
  for (const BleuTokenizer tokenizer : {BleuTokenizer::kNone, BleuTokenizer::k13a})
    if (!std::isfinite(corpus_bleu(lines, reversed, tokenizer).score)) std::abort();
  if (!std::isfinite(corpus_chrf(lines, reversed).score)) std::abort();
}

}  // namespace alinea::fuzz
