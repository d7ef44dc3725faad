// Whether there is a file, for those who say that one is missing.
#pragma once

#include <filesystem>

namespace alinea {

// True where the path, or what it links to, is there. Unlike std::filesystem::exists() it does not
// take what may not be looked at for missing: throws Error where the system does not tell.
bool is_there(const std::filesystem::path& path);

}  // namespace alinea
