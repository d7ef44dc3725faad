// A text of a parallel corpus, plain or gzipped, and what makes tokens of it.
#include <cstdlib>
#include <string_view>

#include "fuzz/fuzz_target.h"
#include "text/corpus.h"
#include "text/line_reader.h"

namespace alinea::fuzz {
namespace {

// Tokens joined again give the same tokens.
void check_reversible(const std::filesystem::path& file, const Language& language) {
  for (const std::string& line : read_lines(file)) {
    const std::vector<std::string> tokens = language.tokens(line);
    if (language.tokens(language.tokenizer().join(tokens)) != tokens) std::abort();
  }
}

}  // namespace

void read(const std::filesystem::path& file) {
  for (const char* tokenizer : {"space", "char", "icu"}) {
    const Language language = build_language({file}, {.tokenizer = tokenizer});
    const ParallelCorpus corpus =
        read_parallel({file, file}, language, language, /*max_length=*/50);
    for (int64_t i = 0; i < corpus.size(); ++i) language.decode(corpus.source(i));
    if (std::string_view(tokenizer) == "icu") check_reversible(file, language);
  }
}

}  // namespace alinea::fuzz
