// The log-probabilities of a translation's tokens as Marian prints them.
#pragma once

#include <fmt/format.h>

#include <span>
#include <string>

namespace alinea {

// " ||| WordScores= -0.100000 -0.200000"
inline std::string word_scores(std::span<const float> log_probabilities) {
  std::string text = " ||| WordScores=";
  for (const float one : log_probabilities) text += fmt::format(" {:.6f}", one);
  return text;
}

}  // namespace alinea
