#include "storage/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "support/error.h"

namespace alinea {

namespace fs = std::filesystem;

namespace {

std::string reason(int error) { return std::generic_category().message(error); }

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

// A rename over a device or a pipe would replace it, and one over a link would cut the link.
fs::path destination(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return path;
  if (fs::is_directory(path, error))
    throw Error("cannot write '{}': it is a folder", path.string());
  if (!fs::is_regular_file(path, error)) {
    throw Error("cannot write '{}': it exists and is not a regular file", path.string());
  }
  fs::path real = fs::canonical(path, error);
  return error ? path : real;
}

}  // namespace

void WatchedFile::watch(bool good) {
  if (!good && error_ == 0) error_ = errno;
}

WatchedFile::int_type WatchedFile::overflow(int_type c) {
  const int_type result = std::filebuf::overflow(c);
  watch(!traits_type::eq_int_type(result, traits_type::eof()));
  return result;
}

std::streamsize WatchedFile::xsputn(const char* bytes, std::streamsize count) {
  const std::streamsize written = std::filebuf::xsputn(bytes, count);
  watch(written == count);
  return written;
}

int WatchedFile::sync() {
  const int result = std::filebuf::sync();
  watch(result == 0);
  return result;
}

AtomicFile::AtomicFile(const fs::path& path) : path_(destination(path)) {
  if (!path_.has_filename()) throw Error("cannot write '{}': expected a file name", path_.string());
  open_temporary();
  if (buffer_.open(temporary_, std::ios::binary | std::ios::out) == nullptr) {
    const int error = errno;
    ::close(file_);
    fs::remove(temporary_);
    fail(error);
  }
}

AtomicFile::~AtomicFile() {
  if (file_ >= 0) ::close(file_);
  std::error_code ignored;
  if (!temporary_.empty()) fs::remove(temporary_, ignored);
}

// The name does not grow out of the file's own, which may be as long as a name can be.
void AtomicFile::open_temporary() {
  static std::atomic<int> count{0};
  do {
    temporary_ = folder_of(path_) / fmt::format(".{}-{}.tmp", ::getpid(), count++);
    file_ = ::open(temporary_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
  } while (file_ < 0 && errno == EEXIST);
  if (file_ < 0) {
    const int error = errno;
    temporary_.clear();
    fail(error);
  }
  removed_on_signals_ = TemporaryName(temporary_);
}

void AtomicFile::commit() {
  stream_.flush();
  if (!stream_ || buffer_.close() == nullptr) fail(buffer_.error());
  if (::fsync(file_) != 0) fail(errno);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail(errno);
  temporary_.clear();
  // Otherwise the rename itself may be lost where the power fails.
  if (const int error = sync_folder(folder_of(path_))) fail(error);
}

void AtomicFile::fail(int error) const {
  throw Error("cannot write '{}': {}", path_.string(),
              error == 0 ? "a write failed; is the disk full?" : reason(error));
}

// Some file systems cannot.
int sync_folder(const fs::path& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return 0;  // a folder may be writable and not readable
  const bool failed = ::fsync(folder) != 0 && errno != EINVAL && errno != ENOTSUP;
  const int error = errno;
  ::close(folder);
  return failed ? error : 0;
}

std::string read_file(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) throw Error("cannot read '{}': it is a folder", path.string());
  if (fs::exists(status) && !fs::is_regular_file(status) && !fs::is_fifo(status)) {
    throw Error("cannot read '{}': it is not a regular file", path.string());
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error("cannot read '{}': {}", path.string(), reason(errno));
  std::string bytes;
  if (const auto size = fs::file_size(path, error); !error) bytes.reserve(size);
  std::vector<char> chunk(size_t{1} << 16);
  while (file) {
    file.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    bytes.append(chunk.data(), static_cast<size_t>(file.gcount()));
  }
  if (file.bad()) throw Error("cannot read '{}': {}", path.string(), reason(errno));
  return bytes;
}

void write_file(const fs::path& path, std::string_view bytes) {
  AtomicFile file(path);
  file.stream().write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.commit();
}

}  // namespace alinea
