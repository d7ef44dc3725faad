#include "storage/scratch_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "support/error.h"

namespace alinea {

namespace {

constexpr const char* kDescriptors = "/proc/self/fd/";

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
  while (!bytes.empty()) {
    const ssize_t written = write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail_scratch(errno);
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
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

std::filesystem::path ScratchFile::path() const { return kDescriptors + std::to_string(file_); }

std::filesystem::path ScratchFile::shared_path() const {
  return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(file_);
}

ScratchFile spool(std::istream& input) {
  ScratchFile file;
  std::vector<char> buffer(1 << 16);
  while (input.read(buffer.data(), std::ssize(buffer)) || input.gcount() > 0)
    file.append(std::as_bytes(std::span(buffer).first(static_cast<size_t>(input.gcount()))));
  return file;
}

std::string text_name(const std::filesystem::path& path) {
  return path.string().starts_with(kDescriptors) ? "standard input" : path.string();
}

}  // namespace alinea
