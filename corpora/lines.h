// The files of a corpus. Texts are UTF-8, one sentence per line.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace alinea {

// Makes a folder and those above it. Throws Error where that fails.
void make_folder(const std::filesystem::path& folder);

// Writes a file, which appears only once it is whole. Throws Error where that fails.
void write_bytes(const std::filesystem::path& path, std::string_view bytes);
// The same with a line feed behind every line.
void write_lines(const std::filesystem::path& path, const std::vector<std::string>& lines);

}  // namespace alinea
