#include "signals/bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "support/error.h"

namespace alinea {

namespace {

class FileBytes : public Bytes {
 public:
  explicit FileBytes(const std::filesystem::path& path)
      : name_(path.string()), file_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    struct stat status = {};
    if (!file_.is_open() || fstat(file_.number(), &status) != 0)
      throw Error("cannot open '{}': {}", name_, std::strerror(errno));
    if (!S_ISREG(status.st_mode)) throw Error("expected a file, but '{}' is none", name_);
    size_ = status.st_size;
  }

  int64_t size() const override { return size_; }
  size_t read(int64_t offset, std::span<char> out) const override {
    size_t done = 0;
    while (done < out.size()) {
      const ssize_t count = pread(file_.number(), out.data() + done, out.size() - done,
                                  offset + static_cast<int64_t>(done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw Error("cannot read '{}': {}", name_, std::strerror(errno));
      if (count == 0) break;
      done += static_cast<size_t>(count);
    }
    return done;
  }

 private:
  std::string name_;
  Descriptor file_;
  int64_t size_ = 0;
};

}  // namespace

std::string Bytes::part(int64_t offset, int64_t count) const {
  if (count > kMostBytes)
    throw Error("expected at most {} bytes to read at once, got {}", kMostBytes, count);
  if (offset < 0 || count < 0 || offset > size() || count > size() - offset)
    throw Error("expected {} bytes behind the first {}, but there are {} in all", count, offset,
                size());
  std::string bytes(static_cast<size_t>(count), '\0');
  if (read(offset, bytes) != bytes.size()) throw Error("the file became shorter as it was read");
  return bytes;
}

std::unique_ptr<Bytes> file_bytes(const std::filesystem::path& path) {
  return std::make_unique<FileBytes>(path);
}

size_t BytesInMemory::read(int64_t offset, std::span<char> out) const {
  if (offset < 0 || offset >= size()) return 0;
  const std::string_view found = bytes_.substr(static_cast<size_t>(offset), out.size());
  std::ranges::copy(found, out.begin());
  return found.size();
}

}  // namespace alinea
