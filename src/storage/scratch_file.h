// Room on disk for a while: a file without a name, gone with the process, however that ends.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <streambuf>

namespace alinea {

class ScratchFile {
 public:
  // In the folder that TMPDIR names, or /tmp. Throws Error where none can be made.
  ScratchFile();
  ScratchFile(ScratchFile&& other) noexcept;
  ScratchFile& operator=(ScratchFile&&) = delete;
  ~ScratchFile();

  // Throws Error where the disk is full.
  void append(std::span<const std::byte> bytes);
  // Fills `bytes` with those from `begin` on. Throws Error where they cannot be read.
  void read(size_t begin, std::span<std::byte> bytes) const;

  // By which this process can open it to read, and by which others that it starts can.
  std::filesystem::path path() const;
  std::filesystem::path shared_path() const;
  int descriptor() const { return file_; }

 private:
  int file_ = -1;
};

// What is left of an input, in a file that can be read as often as wanted.
ScratchFile spool(std::streambuf& input);

}  // namespace alinea
