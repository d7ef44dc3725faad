// generate_signals OUT_DIR: writes pictures of digits and synthetic speech, a folder each.
#include <fmt/format.h>

#include <exception>

#include "signals/signal_corpora.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: generate_signals OUT_DIR\n");
    return 2;
  }
  try {
    alinea::write_signal_corpora(argv[1]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "generate_signals: {}\n", error.what());
    return 1;
  }
}
