// generate_letters OUT_DIR: writes the embedded corpus of letters to a hotel.
#include <fmt/format.h>

#include <exception>

#include "letters/letter_corpus.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: generate_letters OUT_DIR\n");
    return 2;
  }
  try {
    alinea::write_letter_corpus(argv[1]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "generate_letters: {}\n", error.what());
    return 1;
  }
}
