// SIGINT and SIGTERM as a wish that is looked at between updates.
#pragma once

#include <csignal>
#include <cstddef>
#include <vector>

namespace alinea {

// While one lives, the first signal is noted, those of the second after it count as the same, and a
// later one ends the process at once. One at a time, in the main thread.
class Interruption {
 public:
  Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  ~Interruption();

  bool requested() const;

 private:
  // Signals are handled on a stack of their own: oneDNN's generated code points the stack pointer
  // into buffers on the heap, which a handler's frame would spill over.
  std::vector<std::byte> stack_;
  stack_t stack_before_ = {};
};

}  // namespace alinea
