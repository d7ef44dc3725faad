// Symbolic links that come with a folder from elsewhere.
#pragma once

#include <filesystem>

namespace alinea {

// Whoever reads or replaces a file in the folder stays inside of it afterwards. Throws Error that
// names a link, directly in the folder, that leads out of it. The folder itself may be a link; one
// that is not there holds none.
void check_links(const std::filesystem::path& folder);

}  // namespace alinea
