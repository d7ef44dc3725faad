// What every command that answers line by line does behind the answers to some lines.
#pragma once

#include <ostream>
#include <streambuf>
#include <string>

namespace alinea {

// A buffer that knows why what was written to it is lost.
class WriteBuffer : public std::streambuf {
 public:
  // The system's error number of the first write that failed, or 0.
  virtual int error() const = 0;
};

// Why a stream failed, in the words of the system where its buffer knows.
std::string write_fault(const std::ostream& stream);

// Throws Error where what was written before cannot be written.
void check_standard_output();

// Gives what was written so far to whoever reads it. Throws Error where it cannot be written.
void flush_standard_output();

}  // namespace alinea
