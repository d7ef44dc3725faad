#include "storage/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "support/error.h"

namespace alinea {

std::optional<FileLock> FileLock::take(const std::filesystem::path& path) {
  FileLock lock(::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666));
  if (lock.file_ < 0)
    throw Error("cannot write '{}': {}", path.string(), std::generic_category().message(errno));
  int result = 0;
  do {
    result = ::flock(lock.file_, LOCK_EX | LOCK_NB);
  } while (result != 0 && errno == EINTR);
  if (result == 0) return lock;
  if (errno == EWOULDBLOCK) return std::nullopt;
  throw Error("cannot lock '{}': {}", path.string(), std::generic_category().message(errno));
}

FileLock::FileLock(FileLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

FileLock::~FileLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace alinea
