// A text of a parallel corpus, plain or gzipped, and what makes tokens of it.
#include "fuzz/fuzz_target.h"
#include "text/corpus.h"

namespace alinea::fuzz {

void read(const std::filesystem::path& file) {
  for (const char* tokenizer : {"space", "char", "icu"}) {
    const Language language = build_language({file}, {.tokenizer = tokenizer});
    const ParallelCorpus corpus =
        read_parallel({file, file}, language, language, /*max_length=*/50);
    for (int64_t i = 0; i < corpus.size(); ++i) language.decode(corpus.source(i));
  }
}

}  // namespace alinea::fuzz
