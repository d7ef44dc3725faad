// A lock that one process at a time can hold. The system takes it back when the process ends, in
// whatever way; the file itself stays.
#pragma once

#include <filesystem>
#include <optional>

namespace alinea {

class FileLock {
 public:
  // Makes the file where there is none. Nothing where another holds the lock. Throws Error where
  // the file cannot be made.
  static std::optional<FileLock> take(const std::filesystem::path& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int file) : file_(file) {}

  int file_;
};

}  // namespace alinea
