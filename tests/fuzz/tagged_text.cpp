// Tagged sentences, in columns and a sentence a line.
#include "text/tagged_text.h"

#include <cstdlib>

#include "fuzz/fuzz_target.h"
#include "support/error.h"
#include "text/tagged_corpus.h"

namespace alinea::fuzz {

void read(const std::filesystem::path& file) {
  try {
    const TaggedOptions lines{.form = {.form = "lines", .tag_column = 2}, .valid_share = 0.3};
    if (read_tagged({.training = file, .validation = {}}, lines).training.size() == 0) std::abort();
  } catch (const Error&) {
    // It may be of the other form.
  }
  const TaggedData data =
      read_tagged({.training = file, .validation = {}}, {.valid_share = 0.3, .letters = true});
  for (int64_t s = 0; s < data.training.size(); ++s)
    if (data.training.tags(s).size() != data.training.words(s).size()) std::abort();
}

}  // namespace alinea::fuzz
