// Pairs of texts: "label<TAB>premise<TAB>hypothesis" a line, further columns ignored.
#include <cstdlib>

#include "fuzz/fuzz_target.h"
#include "text/labelled_documents.h"

namespace alinea::fuzz {

void read(const std::filesystem::path& file) {
  DocumentSplitter splitter({.lowercase = true, .max_words = 20, .max_sentences = 5});
  const LabelledData data =
      read_labelled({.training = file, .validation = {}}, splitter,
                    {.form = {.pairs = true, .ignore_extra_columns = true}, .valid_share = 0.3});
  for (int64_t d = 0; d < data.training.size(); ++d)
    if (data.training.sentences(d) != 2) std::abort();
}

}  // namespace alinea::fuzz
