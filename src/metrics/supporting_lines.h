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
  // By the questions for which it looks at anything: with --intra-attention, the backward direction
  // begins at the question, and looks at nothing there.
  struct Head {
    double mass = 0;  // Σ of the weights of supporting lines, mean over these questions
    int64_t questions = 0;
  };

  int64_t questions = 0;        // with attention and supporting lines
  int64_t without = 0;          // with attention, but without supporting lines: left out
  int64_t without_weights = 0;  // for which no head looks at anything: left out
  double mass = 0;     // Σ as of a head, mean over the heads of a question that look at anything,
                       // and over questions
  double uniform = 0;  // the same if all lines, the question's own counted, weighed the same
  double first = 0;    // share of questions whose heaviest fact is a supporting line
  std::map<std::pair<int64_t, int64_t>, Head> heads;  // by layer and head

  std::string to_string() const;
};

// The table is one that StoryAttentionFile wrote of these questions, of all of them. Throws Error
// that names the table and, where there is one, its line otherwise.
SupportingLines supporting_lines(const std::filesystem::path& table, const StoryCorpus& questions);

}  // namespace alinea
