// generate_toys OUT_DIR: writes the embedded toy corpora, a folder each.
#include <fmt/format.h>

#include <exception>

#include "toys/toy_corpora.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: generate_toys OUT_DIR\n");
    return 2;
  }
  try {
    alinea::write_toy_corpora(argv[1]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "generate_toys: {}\n", error.what());
    return 1;
  }
}
