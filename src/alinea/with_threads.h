// Calls from programs with threads of their own.
#pragma once

#include <omp.h>

#include <future>

#include "ops/engine.h"
#include "support/error.h"

namespace alinea {

// call() with so many threads (0: as many as OpenMP is given), and what it returns. The settings of
// OpenMP that the calling thread has stay as they were. In a parallel region of the program OpenMP
// would grant no threads: there the call has a thread of its own, as any other program's.
template <typename Call>
auto with_threads(int64_t threads, Call call) {
  constexpr int64_t kMost = 1024;
  if (threads < 0 || threads > kMost)
    throw UsageError("expected from 0 to {} threads, got {}", kMost, threads);
  const auto run = [&] {
    const ops::ThreadSettings of_the_program;
    ops::set_threads(threads > 0 ? static_cast<int>(threads) : ops::usual_threads());
    return call();
  };
  return omp_in_parallel() != 0 ? std::async(std::launch::async, run).get() : run();
}

}  // namespace alinea
