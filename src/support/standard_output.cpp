#include "support/standard_output.h"

#include <iostream>
#include <system_error>

#include "support/error.h"

namespace alinea {

std::string write_fault(const std::ostream& stream) {
  const auto* const buffer = dynamic_cast<const WriteBuffer*>(stream.rdbuf());
  const int error = buffer == nullptr ? 0 : buffer->error();
  return error == 0 ? "a write failed" : std::generic_category().message(error);
}

void check_standard_output() {
  if (!std::cout) throw Error("cannot write to standard output: {}", write_fault(std::cout));
}

void flush_standard_output() {
  std::cout.flush();
  check_standard_output();
}

}  // namespace alinea
