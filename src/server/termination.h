// SIGINT and SIGTERM as what a server waits for.
#pragma once

#include <chrono>
#include <csignal>

namespace alinea {

// While one lives, the calling thread and those that it starts meanwhile are spared these signals:
// a handler's frame on the stack of a thread in oneDNN's generated code would spill over its
// buffers. After the first signal the next one ends the process. A signal that was ignored from the
// start, as in a background process of a script, stays ignored.
class Termination {
 public:
  Termination();
  Termination(const Termination&) = delete;
  Termination& operator=(const Termination&) = delete;
  ~Termination();

  // Whether a signal came, in that time at most.
  bool wait(std::chrono::milliseconds time);

 private:
  sigset_t signals_, before_;
};

}  // namespace alinea
