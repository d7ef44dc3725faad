// What every fuzz target shares: the bytes that libFuzzer made up lie in a file, and whatever they
// are, reading them ends well or with one of the errors that the program reports.
#pragma once

#include <filesystem>

namespace alinea::fuzz {

// Of each target: reads a file as the program does.
void read(const std::filesystem::path& file);

}  // namespace alinea::fuzz
