#include "storage/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <iostream>
#include <system_error>

#include "storage/input.h"
#include "storage/own_descriptor.h"
#include "support/error.h"

namespace alinea {

namespace fs = std::filesystem;

namespace {

std::string reason(int error) { return std::generic_category().message(error); }

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

// The descriptor of this process that a path to write to names.
std::optional<int> named_descriptor(const fs::path& path) {
  return path == kStandardStream ? STDOUT_FILENO : own_descriptor(path);
}

// Only the superuser can give a file to somebody else, and others only to their groups: another
// group may do what everybody may. Some file systems have no permissions.
void take_permissions(const struct stat& old, int file) {
  mode_t mode = old.st_mode & 07777U;
  if (::fchown(file, old.st_uid, old.st_gid) != 0) {
    const bool has_group = ::fchown(file, static_cast<uid_t>(-1), old.st_gid) == 0;
    mode &= has_group ? 0777U : 0707U;
    if (!has_group) mode |= (mode & 07U) << 3U;
  }
  ::fchmod(file, mode);
}

// A rename over a link would cut the link.
fs::path destination(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return path;
  if (fs::is_directory(path, error))
    throw Error("cannot write '{}': it is a folder", path.string());
  fs::path real = fs::canonical(path, error);
  return error ? path : real;
}

}  // namespace

OutputBuffer::OutputBuffer(int descriptor) : descriptor_(descriptor) {
  setp(buffer_.data(), buffer_.data() + buffer_.size());
}

bool OutputBuffer::write(std::string_view bytes) {
  const int error = write_all(descriptor_, bytes);
  if (error_ == 0) error_ = error;
  return error == 0;
}

int OutputBuffer::sync() {
  const std::string_view waiting(pbase(), static_cast<size_t>(pptr() - pbase()));
  setp(buffer_.data(), buffer_.data() + buffer_.size());
  return write(waiting) ? 0 : -1;
}

OutputBuffer::int_type OutputBuffer::overflow(int_type c) {
  if (sync() != 0) return traits_type::eof();
  if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
  return sputc(traits_type::to_char_type(c));
}

std::streamsize OutputBuffer::xsputn(const char* bytes, std::streamsize count) {
  if (count < epptr() - pptr()) return std::streambuf::xsputn(bytes, count);
  if (sync() != 0) return 0;
  if (count < epptr() - pptr()) return std::streambuf::xsputn(bytes, count);
  return write({bytes, static_cast<size_t>(count)}) ? count : 0;
}

AtomicFile::AtomicFile(const fs::path& path) : path_(path) {
  open();
  if (file_.is_open()) {
    buffer_.emplace(file_.number());
    stream_.rdbuf(&*buffer_);
  } else {
    stream_.rdbuf(std::cout.rdbuf());
  }
}

AtomicFile::~AtomicFile() {
  std::error_code ignored;
  if (!temporary_.empty()) fs::remove(temporary_, ignored);
}

void AtomicFile::open() {
  if (const std::optional<int> named = named_descriptor(path_)) {
    if (*named == STDOUT_FILENO) return;
    file_ = Descriptor(::fcntl(*named, F_DUPFD_CLOEXEC, 3));
  } else {
    path_ = destination(path_);
    if (!path_.has_filename())
      throw Error("cannot write '{}': expected a file name", path_.string());
    if (!is_stream(path_)) return open_temporary();
    file_ = Descriptor(::open(path_.c_str(), O_WRONLY | O_CLOEXEC));
  }
  if (!file_.is_open()) fail(errno);
}

// The name does not grow out of the file's own, which may be as long as a name can be. Nobody opens
// the new file who could not open the old one, not even while it is empty.
void AtomicFile::open_temporary() {
  static std::atomic<int> count{0};
  struct stat old = {};
  const bool replaces = ::stat(path_.c_str(), &old) == 0;
  do {
    temporary_ = folder_of(path_) / temporary_name(count++);
    removed_on_signals_ = TemporaryName(temporary_);  // before a signal can find the file
    file_ = Descriptor(::open(temporary_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC,
                              replaces ? 0600 : 0666));
  } while (!file_.is_open() && errno == EEXIST);
  if (!file_.is_open()) {
    const int error = errno;
    temporary_.clear();
    fail(error);
  }
  if (replaces) take_permissions(old, file_.number());
}

void AtomicFile::flush() {
  stream_.flush();
  if (stream_ && (buffer_ || std::cout)) return;
  if (path_ == kStandardStream)
    throw Error("cannot write to standard output: {}", write_fault(stream_));
  throw Error("cannot write '{}': {}", path_.string(), write_fault(stream_));
}

void AtomicFile::commit() {
  flush();
  if (temporary_.empty()) return;
  if (::fsync(file_.number()) != 0) fail(errno);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail(errno);
  temporary_.clear();
  // Otherwise the rename itself may be lost where the power fails.
  if (const int error = sync_folder(folder_of(path_))) fail(error);
}

void AtomicFile::fail(int error) const {
  throw Error("cannot write '{}': {}", path_.string(), reason(error));
}

// Some file systems cannot.
int sync_folder(const fs::path& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open()) return 0;  // a folder may be writable and not readable
  const bool failed = ::fsync(opened.number()) != 0 && errno != EINVAL && errno != ENOTSUP;
  return failed ? errno : 0;
}

std::string read_file(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_character_file(path, ignored) && !own_descriptor(path))
    throw Error("cannot read '{}': it is not a regular file", path.string());
  InputBuffer input(path);
  std::string bytes;
  if (const auto size = fs::file_size(path, ignored); !ignored) bytes.reserve(size);
  std::array<char, 1 << 16> chunk;
  while (const auto count = static_cast<size_t>(input.sgetn(chunk.data(), std::ssize(chunk))))
    bytes.append(chunk.data(), count);
  return bytes;
}

void write_file(const fs::path& path, std::string_view bytes) {
  AtomicFile file(path);
  file.stream().write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.commit();
}

}  // namespace alinea
