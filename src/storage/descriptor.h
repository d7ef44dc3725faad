// The system's descriptors: one that closes itself, and reads and writes that go on where the
// system stopped half-way.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string_view>

namespace alinea {

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }

 private:
  int number_;  // -1: none
};

// Reads at most `count` bytes: how many came, 0 at the end, -1 with errno set where that failed.
// Retried after a signal. A pipe may be non-blocking because of another process that has it open:
// where it is empty, this waits.
ssize_t read_some(int descriptor, char* bytes, size_t count);

// Writes all bytes, and returns 0 or the number of the system's error. Waits like read_some().
int write_all(int descriptor, std::string_view bytes);

}  // namespace alinea
