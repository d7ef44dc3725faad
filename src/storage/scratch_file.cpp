#include "storage/scratch_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "storage/descriptor.h"
#include "support/error.h"

namespace alinea {

namespace {

std::string scratch_folder() {
  const char* const folder = std::getenv("TMPDIR");
  return folder == nullptr ? "/tmp" : folder;
}

[[noreturn]] void fail_scratch(int error) {
  throw Error("cannot store data in {}: {}; free space there, or set TMPDIR to another folder",
              scratch_folder(), std::generic_category().message(error));
}

int open_unnamed() {
  std::string name = scratch_folder() + "/alinea-XXXXXX";
  const int file = mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) fail_scratch(errno);
  unlink(name.c_str());
  return file;
}

}  // namespace

ScratchFile::ScratchFile() : file_(open_unnamed()) {}

ScratchFile::ScratchFile(ScratchFile&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

ScratchFile::~ScratchFile() {
  if (file_ >= 0) close(file_);
}

void ScratchFile::append(std::span<const std::byte> bytes) {
  const auto* const text = reinterpret_cast<const char*>(bytes.data());
  if (const int error = write_all(file_, {text, bytes.size()}); error != 0) fail_scratch(error);
}

void ScratchFile::read(size_t begin, std::span<std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t got = pread(file_, bytes.data(), bytes.size(), static_cast<off_t>(begin));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0)
      throw Error("cannot read data in {}: {}", scratch_folder(),
                  got == 0 ? "unexpected end of file" : std::generic_category().message(errno));
    begin += static_cast<size_t>(got);
    bytes = bytes.subspan(static_cast<size_t>(got));
  }
}

std::filesystem::path ScratchFile::path() const { return "/proc/self/fd/" + std::to_string(file_); }

std::filesystem::path ScratchFile::shared_path() const {
  return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(file_);
}

ScratchFile spool(std::streambuf& input) {
  ScratchFile file;
  std::vector<char> buffer(1 << 16);
  while (const std::streamsize count = input.sgetn(buffer.data(), std::ssize(buffer)))
    file.append(std::as_bytes(std::span(buffer).first(static_cast<size_t>(count))));
  return file;
}

}  // namespace alinea
