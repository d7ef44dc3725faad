#include "storage/input.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <map>
#include <mutex>
#include <system_error>

#include "storage/own_descriptor.h"
#include "storage/scratch_file.h"
#include "support/error.h"

namespace alinea {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const std::string& name, int error) {
  throw Error("cannot read '{}': {}", name, std::generic_category().message(error));
}

// What was read of inputs that give their bytes once only.
class Kept {
 public:
  // The path of the copy, empty where there is none.
  fs::path find(const fs::path& path) {
    const std::lock_guard lock(mutex_);
    const auto found = files_.find(path);
    return found == files_.end() ? fs::path() : found->second.path();
  }
  void add(const fs::path& path, ScratchFile file) {
    const std::lock_guard lock(mutex_);
    files_.emplace(path, std::move(file));
  }

 private:
  std::mutex mutex_;
  std::map<fs::path, ScratchFile> files_;
};

Kept& kept() {
  static Kept kept;
  return kept;
}

Descriptor duplicate(int descriptor) { return Descriptor(::fcntl(descriptor, F_DUPFD_CLOEXEC, 3)); }

}  // namespace

std::string text_name(const fs::path& path) {
  return path == kStandardStream ? "standard input" : path.string();
}

void claim_standard_input() {
  static std::atomic<bool> is_taken = false;
  if (is_taken.exchange(true))
    throw Error("standard input can be used for one input only: give the others as files");
}

Descriptor open_input(const fs::path& path) {
  const fs::path copy = kept().find(path);
  if (copy.empty() && path == kStandardStream) {
    claim_standard_input();
    return duplicate(STDIN_FILENO);
  }
  std::error_code ignored;
  if (fs::is_directory(path, ignored))
    throw Error("cannot read '{}': it is a folder", path.string());
  Descriptor file(::open((copy.empty() ? path : copy).c_str(), O_RDONLY | O_CLOEXEC));
  if (file.is_open()) return file;
  const int error = errno;
  // A socket has no name that opens it.
  if (const auto own = own_descriptor(path); own && error == ENXIO) return duplicate(*own);
  fail(text_name(path), error);
}

bool is_stream(const fs::path& path) {
  if (path == kStandardStream) return true;
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

void make_rereadable(const fs::path& path) {
  if (!is_stream(path) || !kept().find(path).empty()) return;
  InputBuffer input(path);
  kept().add(path, spool(input));
}

void check_is_file(const fs::path& path) {
  if (is_stream(path))
    throw Error(
        "'{}' is read by several processes and has to be a file, not a pipe: write it to a "
        "file first",
        path.string());
}

InputBuffer::InputBuffer(const fs::path& path) : name_(text_name(path)), file_(open_input(path)) {}

InputBuffer::int_type InputBuffer::underflow() {
  const ssize_t count = read_some(file_.number(), buffer_.data(), buffer_.size());
  if (count < 0) fail(name_, errno);
  if (count == 0) return traits_type::eof();
  setg(buffer_.data(), buffer_.data(), buffer_.data() + count);
  return traits_type::to_int_type(buffer_[0]);
}

}  // namespace alinea
