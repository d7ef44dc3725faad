// Lines of text, one at a time, from a plain or gzipped input (storage/input.h) or from a stream.
#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/error.h"

namespace alinea {

inline constexpr int64_t kMaxLineBytes = int64_t{1} << 20;

inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// Reads every text that a user gives, whatever program wrote it: a byte order mark before the first
// line is dropped, lines end in "\n" or "\r\n", and the last one may have no end. Whether the bytes
// are gzipped is read from them, not from the name. Errors name the file, and the line where there
// is one.
class LineReader {
 public:
  // Throws Error where the file is missing, unreadable or a folder.
  explicit LineReader(std::filesystem::path path);
  // Reads from input, which outlives the reader; name stands for it in messages.
  LineReader(std::istream& input, const std::string& name);
  LineReader(LineReader&&) noexcept;
  LineReader& operator=(LineReader&&) noexcept;
  ~LineReader();

  // Sets line to the next line without its "\n" or "\r\n"; false at the end. Throws Error for a
  // line of more than kMaxLineBytes, with a NUL or with invalid UTF-8, and for damaged gzip data.
  bool next(std::string& line);
  // The same for callers that answer line by line: a line that is not text is skipped, and `fault`
  // says what is wrong with it. It is empty where nothing is. A text that begins as UTF-16 does
  // throws Error here, too.
  bool next(std::string& line, std::string& fault);

  // The line last read, from 1; 0 before the first.
  int64_t line_number() const { return line_number_; }
  const std::filesystem::path& path() const { return path_; }
  std::string name() const;  // as messages have it, without quotes

 private:
  class Input;

  void check_encoding(const std::string& first_line) const;
  bool read_line(std::string& line, std::string& fault);

  std::filesystem::path path_;
  std::unique_ptr<Input> input_;
  int64_t line_number_ = 0;
};

// What works on the line last read: the errors that it throws get the line's place.
template <class Work>
auto at_line(const LineReader& reader, const Work& work) {
  try {
    return work();
  } catch (const Error& error) {
    throw Error("'{}', line {}: {}", reader.name(), reader.line_number(), error.what());
  }
}

// All lines of a file that is small enough to keep. Throws Error as LineReader does.
std::vector<std::string> read_lines(const std::filesystem::path& path);

}  // namespace alinea
