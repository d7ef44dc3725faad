// Files that appear whole or not at all, and reading a file at once.
#pragma once

#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <string_view>

#include "storage/temporary_name.h"

namespace alinea {

// A file buffer that keeps the system's reason for the first write that failed.
class WatchedFile : public std::filebuf {
 public:
  int error() const { return error_; }

 protected:
  int_type overflow(int_type c) override;
  std::streamsize xsputn(const char* bytes, std::streamsize count) override;
  int sync() override;

 private:
  void watch(bool good);

  int error_ = 0;
};

// Writes under a temporary name in the folder of path; commit() gives the file its name. Whoever
// reads path meanwhile sees the old file or the new one, never a part. A link is followed. The
// constructor and commit() throw Error with the path and the system's reason.
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();  // without commit() nothing is left of the file

  std::ostream& stream() { return stream_; }
  void commit();

 private:
  void open_temporary();
  [[noreturn]] void fail(int error) const;

  std::filesystem::path path_;
  std::filesystem::path temporary_;  // empty once there is none to remove
  TemporaryName removed_on_signals_;
  int file_ = -1;  // a second handle on the temporary file, for fsync
  WatchedFile buffer_;
  std::ostream stream_{&buffer_};
};

// Returns once the folder's names survive a loss of power, with 0 or the system's reason.
int sync_folder(const std::filesystem::path& folder);

// All bytes of a file or a pipe. Throws Error that names the path.
std::string read_file(const std::filesystem::path& path);

// Writes bytes through AtomicFile.
void write_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace alinea
