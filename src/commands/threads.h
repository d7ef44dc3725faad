// The --threads option that several commands have.
#pragma once

#include <cstdint>

namespace alinea {

// 0: as many as OpenMP takes by itself, every core. Heaps are made ready for them too.
void use_threads(int64_t threads);

}  // namespace alinea
