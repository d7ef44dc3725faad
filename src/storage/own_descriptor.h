// Paths that name a descriptor of this process.
#pragma once

#include <filesystem>
#include <optional>

namespace alinea {

// N where the path, through however many links, is /proc/self/fd/N: /dev/stdin, /dev/stdout,
// /dev/stderr, /dev/fd/N. nullopt for all others.
std::optional<int> own_descriptor(const std::filesystem::path& path);

}  // namespace alinea
