// What a folder from elsewhere may hold besides files: links that lead out of it, pipes and
// devices.
#pragma once

#include <filesystem>
#include <span>
#include <string>

namespace alinea {

// Whoever reads or replaces a file in the folder stays inside of it afterwards, and waits for
// nobody. Throws Error that names an entry, directly in the folder, that is a link out of it or
// neither a file nor a folder. Where the folder may not be listed, the entries of these names are
// looked at. The folder itself may be a link; one that is not there holds none.
void check_entries(const std::filesystem::path& folder, std::span<const std::string> names);

// The absolute path without links at which a file lies, or would lie once it is made; empty for
// links that lead in a circle.
std::filesystem::path end_of_links(std::filesystem::path path);

}  // namespace alinea
