// Arrays for NumPy: a zip archive of .npy files (format version 1.0), as numpy.savez writes and
// numpy.load reads them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "storage/atomic_file.h"

struct archive;

namespace alinea {

class NpzFile {
 public:
  // Throws Error where the file cannot be written. It has its name after finish() alone.
  explicit NpzFile(const std::filesystem::path& path);
  NpzFile(const NpzFile&) = delete;
  NpzFile& operator=(const NpzFile&) = delete;
  ~NpzFile();

  // Floats, row-major; the name has no suffix, and no two are the same.
  void add(const std::string& name, std::span<const int64_t> shape, std::span<const float> values);
  // Texts of UTF-8, an array of one dimension of Python's str.
  void add(const std::string& name, std::span<const std::string> texts);
  void finish();

 private:
  void add_file(const std::string& name, const std::string& header, std::string_view bytes);
  void check(int64_t result);

  std::filesystem::path path_;
  AtomicFile file_;
  std::unique_ptr<struct archive, int (*)(struct archive*)> archive_;
};

}  // namespace alinea
