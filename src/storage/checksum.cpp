#include "storage/checksum.h"

#include <zlib.h>

#include <vector>

#include "storage/input.h"

namespace alinea {

uint32_t crc32(std::string_view bytes, uint32_t before) {
  if (bytes.empty()) return before;  // zlib takes no bytes at nullptr for a new beginning
  return static_cast<uint32_t>(
      ::crc32_z(before, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

Fingerprint fingerprint(const std::filesystem::path& path) {
  InputBuffer input(path);
  Fingerprint print;
  std::vector<char> chunk(size_t{1} << 20);
  while (const std::streamsize count = input.sgetn(chunk.data(), std::ssize(chunk))) {
    print.crc32 = crc32({chunk.data(), static_cast<size_t>(count)}, print.crc32);
    print.bytes += count;
  }
  return print;
}

}  // namespace alinea
