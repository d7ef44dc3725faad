// Everything that is read as a text: files, pipes, and the standard input under the name "-".
#pragma once

#include <array>
#include <filesystem>
#include <streambuf>
#include <string>

#include "storage/descriptor.h"

namespace alinea {

// The path that names the standard input, or the standard output where a file is to be written.
inline constexpr const char* kStandardStream = "-";

// What messages call an input.
std::string text_name(const std::filesystem::path& path);

// Opens a file, a pipe, a device, a socket that a descriptor of this process refers to
// (/dev/stdin), or the standard input. Throws Error for a folder, for what cannot be opened, and
// for a second reader of the standard input.
Descriptor open_input(const std::filesystem::path& path);

// Marks the standard input as taken. Throws Error where somebody has it already.
void claim_standard_input();

// True for "-" and for a pipe, a device or a socket, which give and take their bytes in order,
// once.
bool is_stream(const std::filesystem::path& path);

// For an input that is read more than once: keeps the bytes of a stream in a scratch file until the
// process ends, where open_input() finds them. Does nothing for files, nor for what is missing.
void make_rereadable(const std::filesystem::path& path);

// Throws Error for a stream: of one that several processes open each would get a part.
void check_is_file(const std::filesystem::path& path);

// What open_input() opens, as a buffer for streams.
class InputBuffer : public std::streambuf {
 public:
  // Throws Error as open_input() does.
  explicit InputBuffer(const std::filesystem::path& path);

 protected:
  // Throws Error where a read fails.
  int_type underflow() override;

 private:
  std::string name_;
  Descriptor file_;
  std::array<char, 1 << 16> buffer_{};
};

}  // namespace alinea
