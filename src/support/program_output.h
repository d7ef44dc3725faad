// Other programs, run for what they print.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace alinea {

// Throws Error unless the path names a file that may be executed.
void check_program(const std::filesystem::path& program);

// Runs a program, without a shell and with an empty standard input, and returns what it wrote to
// its standard output, of which bytes beyond a megabyte are dropped. Its errors go to stderr. It
// may take `timeout`; then it is killed, and what it started with it. Throws Error where it cannot
// be run, takes longer, or ends with another status than 0.
std::string program_output(const std::filesystem::path& program,
                           const std::vector<std::string>& arguments,
                           std::chrono::milliseconds timeout);

}  // namespace alinea
