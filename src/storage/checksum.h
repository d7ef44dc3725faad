// CRC-32 as zlib, gzip and PNG compute it: tells damaged content from intact.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace alinea {

// Of the bytes behind those whose checksum is `before`.
uint32_t crc32(std::string_view bytes, uint32_t before = 0);

// What tells one version of a file from another.
struct Fingerprint {
  int64_t bytes = 0;
  uint32_t crc32 = 0;
  bool operator==(const Fingerprint&) const = default;
};

// Reads the whole file. Throws Error that names it.
Fingerprint fingerprint(const std::filesystem::path& path);

}  // namespace alinea
