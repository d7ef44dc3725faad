#include "options/threads.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>

#include "ops/engine.h"
#include "options/limits.h"
#include "support/error.h"

namespace alinea {

namespace {

// The first number of a variable of OpenMP, which main has renamed (src/process.cpp); 0 where there
// is none.
int64_t variable(const std::string& name, int64_t most) {
  const char* text = std::getenv(("ALINEA_" + name).c_str());  // NOLINT(concurrency-mt-unsafe)
  if (text == nullptr) text = std::getenv(name.c_str());       // NOLINT(concurrency-mt-unsafe)
  if (text == nullptr) return 0;
  const std::string_view first = std::string_view(text).substr(0, std::string_view(text).find(','));
  int64_t number = 0;
  const auto [end, error] = std::from_chars(first.data(), first.data() + first.size(), number);
  if (error != std::errc() || end != first.data() + first.size() || number < 1 || number > most)
    throw UsageError("{}: expected a whole number from 1 to {}, got {:?}", name, most, text);
  return number;
}

}  // namespace

int64_t threads_of_environment() { return variable("OMP_NUM_THREADS", kMostThreads); }

void use_threads(int64_t threads) {
  if (threads == 0) {
    const int64_t set = threads_of_environment();
    const int64_t limit = variable("OMP_THREAD_LIMIT", std::numeric_limits<int>::max());
    threads = set > 0 ? set : std::min<int64_t>(ops::usual_threads(), kMostThreads);
    if (limit > 0) threads = std::min(threads, limit);
  }
  ops::set_threads(static_cast<int>(threads));
}

void keep_heaps_small() {
#ifdef __GLIBC__
  constexpr int kLarge = 16 << 20;  // bytes
  mallopt(M_MMAP_THRESHOLD, kLarge);
  mallopt(M_TRIM_THRESHOLD, 4 * kLarge);  // what products give back is there for the next one
#endif
}

}  // namespace alinea
