// When a loop is worth more than one thread.
#pragma once

#include <cstdint>

namespace alinea {

// Float operations below which waking the threads costs more than it saves. Loops run in the same
// order of summation with one thread and with many.
inline constexpr int64_t kWorthThreads = 1 << 15;

}  // namespace alinea
