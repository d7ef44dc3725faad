// How many inputs a command reads before it answers them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "text/line_reader.h"

namespace alinea {

// At a terminal every input is answered at once: 1. Otherwise those of some batches, which are
// sorted together.
int64_t inputs_together(const std::filesystem::path& input, int64_t batch_size);

// Calls `read` for each line and what is wrong with it, if anything, and `answer` for what was
// read: where `is_full` says so, at the end, and before an Error of the input goes on, so that the
// good lines before a bad one have their answers.
void answer_lines(LineReader& input,
                  const std::function<void(const std::string& text, std::string fault)>& read,
                  const std::function<bool()>& is_full, const std::function<void()>& answer);

}  // namespace alinea
