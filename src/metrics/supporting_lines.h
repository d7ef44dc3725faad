// How much of a question's attention lies on the lines of its story that support the answer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>

#include "text/story_text.h"

namespace alinea {

struct SupportingLines {
  int64_t questions = 0;  // with attention and supporting lines
  int64_t without = 0;    // with attention, but without supporting lines: left out
  double mass = 0;        // Σ of the weights of supporting lines, mean over questions and heads
  double uniform = 0;     // the same if all lines, the question's own counted, weighed the same
  double first = 0;       // share of questions whose heaviest fact is a supporting line
  std::map<std::pair<int64_t, int64_t>, double> heads;  // mass, by layer and head

  std::string to_string() const;
};

// The table is one that StoryAttentionFile wrote of these questions. Throws Error that names its
// line otherwise.
SupportingLines supporting_lines(const std::filesystem::path& table, const StoryCorpus& questions);

}  // namespace alinea
