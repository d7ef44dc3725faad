// Stories with questions: numbered lines, "question<TAB>answer<TAB>supporting lines" among them.
#include "text/story_text.h"

#include <cstdlib>

#include "fuzz/fuzz_target.h"

namespace alinea::fuzz {

void read(const std::filesystem::path& file) {
  const StoryData data = read_stories({.training = file, .validation = file}, {});
  for (int64_t q = 0; q < data.training.size(); ++q) {
    if (data.training.query(q).empty() || data.training.answer(q) < 0) std::abort();
    for (const int64_t line : data.training.supporting_lines(q))
      if (line >= data.training.story_line(q)) std::abort();
  }
}

}  // namespace alinea::fuzz
