// The standard output and the standard error of the program.
#pragma once

#include "storage/atomic_file.h"
#include "support/terminal.h"

namespace alinea {

// From the first call on std::cout and std::cerr go straight to their descriptors, also where these
// are pipes that do not block, and nothing that std::cerr quotes steers a terminal.
class StandardStreams {
 public:
  static StandardStreams& get();

  // Writes what stands in a buffer yet. Throws Error where something that was printed is lost: the
  // disk is full, or the pipe was closed.
  void finish();

 private:
  StandardStreams();

  OutputBuffer output_, errors_;
  PrintableBuffer messages_;
};

}  // namespace alinea
