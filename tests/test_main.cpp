#define CATCH_CONFIG_RUNNER
#include <omp.h>

#include <catch2/catch.hpp>

// What clang's OpenMP keeps for its threads until the process ends is no leak. LeakSanitizer asks
// for this name.
extern "C" const char* __lsan_default_suppressions();   // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() {  // NOLINT(bugprone-reserved-identifier)
  return "leak:libomp.so";
}

int main(int argc, char** argv) {
  // Two threads everywhere, so that no result depends on the number of cores.
  omp_set_num_threads(2);
  return Catch::Session().run(argc, argv);
}
