#include "commands/threads.h"

#include <malloc.h>

#include "ops/engine.h"

namespace alinea {

namespace {

// Each thread has a heap of its own, and glibc lets every large block that comes back raise the
// size up to which blocks lie in the heap, where they leave holes: a training on two threads would
// take 70 MB more.
void keep_heaps_small() {
#ifdef M_MMAP_THRESHOLD
  constexpr int kLarge = 4 << 20;  // bytes
  mallopt(M_MMAP_THRESHOLD, kLarge);
#endif
}

}  // namespace

void use_threads(int64_t threads) {
  keep_heaps_small();
  if (threads > 0) ops::set_threads(static_cast<int>(threads));
}

}  // namespace alinea
