#include "support/standard_output.h"

#include <iostream>

#include "support/error.h"

namespace alinea {

void flush_standard_output() {
  std::cout.flush();
  if (!std::cout) throw Error("cannot write to standard output");
}

}  // namespace alinea
