#include "standard_streams.h"

#include <unistd.h>

#include <iostream>

#include "support/standard_output.h"

namespace alinea {

StandardStreams::StandardStreams()
    : output_(STDOUT_FILENO), errors_(STDERR_FILENO), messages_(errors_) {
  std::cout.rdbuf(&output_);
  std::cerr.rdbuf(&messages_);
}

// They outlive whatever still prints when the program ends.
StandardStreams& StandardStreams::get() {
  static auto* const streams = new StandardStreams;
  return *streams;
}

void StandardStreams::finish() { flush_standard_output(); }

}  // namespace alinea
