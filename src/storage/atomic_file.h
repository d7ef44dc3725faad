// Files that appear whole or not at all, and reading a whole file.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "storage/descriptor.h"
#include "storage/temporary_name.h"
#include "support/standard_output.h"

namespace alinea {

// Buffered bytes for a descriptor, which stays open. A stream on it fails where a write does.
class OutputBuffer : public WriteBuffer {
 public:
  explicit OutputBuffer(int descriptor);

  int error() const override { return error_; }

 protected:
  int_type overflow(int_type c) override;
  std::streamsize xsputn(const char* bytes, std::streamsize count) override;
  int sync() override;

 private:
  bool write(std::string_view bytes);

  int descriptor_;
  int error_ = 0;
  std::array<char, 1 << 16> buffer_{};
};

// Writes under a temporary name in the folder of path; commit() gives the file its name. Whoever
// reads path meanwhile sees the old file or the new one, never a part. A link is followed. The new
// file has the permissions of the old one.
//
// What is no regular file cannot be replaced, and is written through: a pipe, a device, and every
// path that names a descriptor of this process, such as /dev/stdout or /dev/fd/3. "-" and what
// leads to the standard output go through std::cout, so that what is printed there keeps its order.
//
// The constructor and commit() throw Error with the path and the system's reason.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();  // without commit() nothing is left of the file

  std::ostream& stream() { return stream_; }
  // Gives what was written so far to whoever reads a pipe. Throws as commit().
  void flush();
  void commit();

 private:
  void open();
  void open_temporary();
  [[noreturn]] void fail(int error) const;

  std::filesystem::path path_;
  std::filesystem::path temporary_;  // empty where there is none to rename, or to remove
  TemporaryName removed_on_signals_;
  Descriptor file_;  // none where std::cout is written to
  std::optional<OutputBuffer> buffer_;
  std::ostream stream_{nullptr};
};

// Flushes the folder, so that its names survive a power failure. Returns 0 or the system's error.
int sync_folder(const std::filesystem::path& folder);

// All bytes of what open_input() opens, devices excepted. Throws Error that names the path.
std::string read_file(const std::filesystem::path& path);

// Writes bytes through AtomicFile.
void write_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace alinea
