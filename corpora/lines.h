// Text files of a corpus: UTF-8, one sentence per line.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace alinea {

// Makes a folder and those above it. Throws Error where that fails.
void make_folder(const std::filesystem::path& folder);

// Writes lines to a file, which appears only once it is whole. Throws Error where that fails.
void write_lines(const std::filesystem::path& path, const std::vector<std::string>& lines);

}  // namespace alinea
