// The lines of a text through a language model.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "models/language_model.h"
#include "search/translator.h"

namespace alinea {

struct ScoredTextLine {
  int64_t number;  // from 0
  const std::string& text;
  const ScoredPair& result;  // token_log_probabilities on request
  int64_t unknown;           // tokens
  std::string fault;         // why it has no numbers: no text, too long, or they overflow
};

// What a line goes on from: the start of the model, or its states behind the line before, as in a
// text that was learned as a stream. A line without numbers is no part of the stream.
enum class LineStates { kFirst, kCarried };

// Calls visit for every line of a text, plain or .gz, in order. Throws Error where it cannot be
// read. kCarried: of models with LanguageOptions::carries_states().
void for_text_lines(const LanguageModel& model, const std::filesystem::path& path,
                    const ScoringOptions& options, LineStates states,
                    const std::function<void(const ScoredTextLine&)>& visit);

// Why a model with so many learned positions cannot read a line; empty where it can.
std::string beyond_positions_of(const LanguageOptions& options, int64_t tokens);

}  // namespace alinea
