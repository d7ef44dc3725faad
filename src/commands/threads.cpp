#include "commands/threads.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "ops/engine.h"

namespace alinea {

void use_threads(int64_t threads) {
  if (threads > 0) ops::set_threads(static_cast<int>(threads));
}

void keep_heaps_small() {
#ifdef __GLIBC__
  constexpr int kLarge = 4 << 20;  // bytes
  mallopt(M_MMAP_THRESHOLD, kLarge);
  mallopt(M_TRIM_THRESHOLD, 4 * kLarge);  // what products give back is there for the next one
#endif
}

}  // namespace alinea
