// generate_numbers OUT_DIR: writes the embedded corpus of spelled-out numbers.
#include <fmt/format.h>

#include <exception>

#include "numbers/number_corpus.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: generate_numbers OUT_DIR\n");
    return 2;
  }
  try {
    alinea::write_number_corpus(argv[1]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "generate_numbers: {}\n", error.what());
    return 1;
  }
}
