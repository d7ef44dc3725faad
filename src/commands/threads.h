// The --threads option that several commands have.
#pragma once

#include <cstdint>

namespace alinea {

// 0: as many as OpenMP takes by itself, every core.
void use_threads(int64_t threads);

}  // namespace alinea
