// The --threads option that several commands have, and the heaps of their threads.
#pragma once

#include <cstdint>

namespace alinea {

// 0: as many as OpenMP takes by itself, every core.
void use_threads(int64_t threads);

// For a command that trains. Each thread has a heap of its own, and glibc lets every large block
// that comes back raise the size up to which blocks lie in the heap, where they leave holes: a
// training on two threads would take 70 MB more. Searches, which have new blocks for each batch,
// are quicker with these holes.
void keep_heaps_small();

}  // namespace alinea
