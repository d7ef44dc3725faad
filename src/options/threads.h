// The --threads option that several commands have, and the heaps of their threads.
#pragma once

#include <cstdint>

namespace alinea {

// OMP_NUM_THREADS, or 0 where it is not set. Throws UsageError for what is no number of threads.
int64_t threads_of_environment();

// 0: OMP_NUM_THREADS, or every core that the process may use; of these OMP_THREAD_LIMIT at most.
// Any other number is what all operations compute with, whatever the environment says of OpenMP.
// Throws UsageError as threads_of_environment(), and Error where the system does not start so many.
void use_threads(int64_t threads);

// For a command that trains. Each thread has a heap of its own, and glibc lets every large block
// that comes back raise the size up to which blocks lie in the heap, where they leave holes: a
// training on two threads would take 70 MB more. Blocks up to 16 MB stay there all the same: the
// packed matrices of oneDNN's larger products come and go with every update, and taking them from
// the system each time costs a Transformer a tenth of its speed on two threads. Searches, which
// have new blocks for each batch, are quicker with the holes.
void keep_heaps_small();

}  // namespace alinea
