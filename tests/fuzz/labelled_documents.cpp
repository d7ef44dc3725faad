// Training documents: "label<TAB>document" a line, cut into sentences and words.
#include "text/labelled_documents.h"

#include <cstdlib>

#include "fuzz/fuzz_target.h"

namespace alinea::fuzz {

void read(const std::filesystem::path& file) {
  DocumentSplitter splitter(
      {.lowercase = true, .tags_as_breaks = true, .max_words = 20, .max_sentences = 5});
  const LabelledData data =
      read_labelled({.training = file, .validation = {}}, splitter, {.valid_share = 0.3});
  if (data.training.size() == 0 || data.validation.size() == 0) std::abort();
}

}  // namespace alinea::fuzz
