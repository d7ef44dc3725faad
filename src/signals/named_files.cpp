#include "signals/named_files.h"

#include <algorithm>
#include <memory>
#include <string_view>

#include "signals/bytes.h"
#include "support/error.h"

namespace alinea {

NamedFiles::NamedFiles(const FeatureFileOptions& where) : reader_({}, where) {}

void NamedFiles::add(const std::string& entry) {
  try {
    for (const std::filesystem::path& path : reader_.files_of(entry))
      if (seen_.insert(path).second) add_file(path);
  } catch (const Error&) {
  }
}

void NamedFiles::add_file(const std::filesystem::path& path) {
  constexpr int64_t kAtEachEnd = 4096;
  const std::unique_ptr<Bytes> file = file_bytes(path);
  const int64_t size = file->size(), count = std::min(kAtEachEnd, size);
  const std::string_view size_bytes(reinterpret_cast<const char*>(&size), sizeof size);
  print_.bytes += size;
  print_.crc32 = crc32(size_bytes, print_.crc32);
  print_.crc32 = crc32(file->part(0, count), print_.crc32);
  print_.crc32 = crc32(file->part(size - count, count), print_.crc32);
}

}  // namespace alinea
