#include "storage/checksum.h"

#include <zlib.h>

#include <cerrno>
#include <fstream>
#include <system_error>
#include <vector>

#include "support/error.h"

namespace alinea {

uint32_t crc32(std::string_view bytes, uint32_t before) {
  if (bytes.empty()) return before;  // zlib takes no bytes at nullptr for a new beginning
  return static_cast<uint32_t>(
      ::crc32_z(before, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

Fingerprint fingerprint(const std::filesystem::path& path) {
  if (std::error_code ignored; std::filesystem::is_directory(path, ignored))
    throw Error("cannot read '{}': it is a folder", path.string());
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw Error("cannot read '{}': {}", path.string(), std::generic_category().message(errno));
  Fingerprint print;
  std::vector<char> chunk(size_t{1} << 20);
  while (file) {
    file.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    print.crc32 = crc32({chunk.data(), static_cast<size_t>(file.gcount())}, print.crc32);
    print.bytes += file.gcount();
  }
  if (file.bad()) throw Error("cannot read '{}': a read failed", path.string());
  return print;
}

}  // namespace alinea
