// A measure of translations that another program has, as Marian's --valid-script-path.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>

namespace alinea {

struct ScriptOptions {
  std::filesystem::path path;  // empty: there is none
  int64_t timeout = 240;       // seconds
};

// Runs the program with the path of a file of translations, one per line, as its only argument, and
// returns the number that it prints: all that it prints but for white space around it. Throws Error
// where it prints anything else, and what program_output throws.
double script_score(const ScriptOptions& script, const std::filesystem::path& translations);

}  // namespace alinea
