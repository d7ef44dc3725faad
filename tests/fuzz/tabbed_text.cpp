// A text with both languages, a tab between them.
#include "fuzz/fuzz_target.h"
#include "text/corpus.h"

namespace alinea::fuzz {

void read(const std::filesystem::path& file) {
  using Column = TextFile::Column;
  const Language source = build_language({{file, Column::kSource}}, {});
  const Language target = build_language({{file, Column::kTarget}}, {.lowercase = true});
  const ParallelCorpus corpus = read_parallel({file}, source, target, /*max_length=*/50);
  for (int64_t i = 0; i < corpus.size(); ++i) target.decode(corpus.target(i));
}

}  // namespace alinea::fuzz
