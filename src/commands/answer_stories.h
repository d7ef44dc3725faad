// What answer does with questions about stories.
#pragma once

#include <cstdint>
#include <filesystem>

namespace alinea {

struct AnswerStoriesOptions {
  std::filesystem::path model, input;
  std::filesystem::path attention, highlight;  // empty: none
  bool labelled = false;
  int64_t choices = 10, batch_size = 32;
};

// Throws Error for files that cannot be read or written, and in the end where a line had no answer.
void answer_stories(const AnswerStoriesOptions& options);

}  // namespace alinea
