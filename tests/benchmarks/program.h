// What a benchmark's main does: an error is one line on the standard error.
#pragma once

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

namespace alinea {

using Arguments = std::vector<std::string>;

inline int run_program(const char* name, void (*run)(const Arguments&),
                       const Arguments& arguments) {
  try {
    run(arguments);
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << name << ": " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}

}  // namespace alinea
