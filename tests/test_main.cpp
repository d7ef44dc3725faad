#define CATCH_CONFIG_RUNNER
#include <omp.h>

#include <catch2/catch.hpp>

int main(int argc, char** argv) {
  // Two threads everywhere, so that no result hangs on how many cores the machine has.
  omp_set_num_threads(2);
  return Catch::Session().run(argc, argv);
}
