#include "support/standard_output.h"

#include <iostream>

#include "support/error.h"

namespace alinea {

void check_standard_output() {
  if (!std::cout) throw Error("cannot write to standard output");
}

void flush_standard_output() {
  std::cout.flush();
  check_standard_output();
}

}  // namespace alinea
