// What may be shown on a terminal. Messages quote file names, tokens and other people's texts, in
// which control characters would steer the terminal and bidirectional ones reorder the line.
#pragma once

#include <ostream>
#include <streambuf>
#include <string>
#include <string_view>

namespace alinea {

// `text` with every character that steers in the place of showing something written as an escape:
// \x1b for a control character but tab and line feed, \u202e for one that changes the direction of
// text or ends a line, \xff for a byte that is not UTF-8.
std::string printable(std::string_view text);

// Passes what is written on to another buffer, printable.
class PrintableBuffer : public std::streambuf {
 public:
  explicit PrintableBuffer(std::streambuf& to) : to_(to) {}

  // Passes it on as it is.
  void put_control(std::string_view sequence);

 protected:
  int_type overflow(int_type c) override;
  std::streamsize xsputn(const char* bytes, std::streamsize count) override;
  int sync() override { return to_.pubsync(); }

 private:
  std::streambuf& to_;
};

// Writes a sequence that steers the terminal, past the PrintableBuffer of a stream that has one.
void put_control(std::ostream& out, std::string_view sequence);

}  // namespace alinea
