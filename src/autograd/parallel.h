// When a loop is worth more than one thread, and pieces of work that take one thread each.
#pragma once

#include <cstdint>
#include <exception>
#include <vector>

namespace alinea {

// Float operations below which waking the threads costs more than it saves. Loops run in the same
// order of summation with one thread and with many.
inline constexpr int64_t kWorthThreads = 1 << 15;

// Calls visit(i) for every i below `count`: with `parallel` each by one thread, the next one that
// is free, in which every loop inside keeps to itself; else one after the other, with all threads
// on each. Of several errors the one of the lowest i is thrown, once all are done.
template <typename Visit>
void for_each_piece(int64_t count, bool parallel, Visit visit) {
  std::vector<std::exception_ptr> errors(static_cast<size_t>(count));
  const auto try_to_visit = [&](int64_t i) {
    try {
      visit(i);
    } catch (...) {
      errors[static_cast<size_t>(i)] = std::current_exception();
    }
  };
  if (parallel) {
#pragma omp parallel for schedule(dynamic, 1)
    for (int64_t i = 0; i < count; ++i) try_to_visit(i);
  } else {
    // Not a parallel region of one thread: in one, libgomp starts new threads for every loop
    // inside.
    for (int64_t i = 0; i < count; ++i) try_to_visit(i);
  }
  for (const std::exception_ptr& error : errors)
    if (error) std::rethrow_exception(error);
}

}  // namespace alinea
