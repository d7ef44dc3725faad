#include "ops/engine.h"

#include <omp.h>
#include <sys/mman.h>

#include <algorithm>
#include <future>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

#include "ops/onednn.h"
#include "support/error.h"

namespace alinea::ops {

const dnnl::engine& cpu() {
  static const dnnl::engine engine = [] {
    // Every primitive that comes back is kept here, by PrimitiveCache: oneDNN need not keep it too.
    dnnl::set_primitive_cache_capacity(0);
    return dnnl::engine(dnnl::engine::kind::cpu, 0);
  }();
  return engine;
}

dnnl::stream& stream() {
  thread_local dnnl::stream stream(cpu());
  return stream;
}

bool is_out_of_memory(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return true;
  const auto* product = dynamic_cast<const dnnl::error*>(&error);
  return product != nullptr && product->status == dnnl_out_of_memory;
}

void check_room(int64_t megabytes) {
  const size_t bytes = static_cast<size_t>(megabytes) << 20;
  void* const room =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED)
    throw Error("out of memory: expected {} MB at least to compute in; see ulimit -v", megabytes);
  ::munmap(room, bytes);
}

namespace {

// OpenMP ends the process where a thread cannot be started, so that is tried first: all of them at
// once, and once only, as OpenMP keeps its threads.
void check_can_start(int threads) {
  thread_local int most_started = 0;
  if (threads <= most_started) return;
  std::promise<void> all_tried;
  const std::shared_future<void> end = all_tried.get_future().share();
  std::vector<std::jthread> started;
  started.reserve(static_cast<size_t>(threads));
  std::exception_ptr failure;
  try {
    while (std::ssize(started) + 1 < threads) started.emplace_back([end] { end.wait(); });
    check_room(kRoomToStart);
  } catch (const std::system_error& error) {
    failure = std::make_exception_ptr(
        Error("cannot start {} threads, only {} ({}): lower threads, or raise the limits of the "
              "process, see ulimit -u and ulimit -v",
              threads, started.size() + 1, error.code().message()));
  } catch (...) {
    failure = std::current_exception();
  }
  all_tried.set_value();
  if (failure) std::rethrow_exception(failure);
  most_started = threads;
}

int granted(int threads) {
  int granted = 1;
#pragma omp parallel num_threads(threads)
#pragma omp single
  granted = omp_get_num_threads();
  return granted;
}

}  // namespace

void set_threads(int threads) {
  const int wanted = std::min(threads, omp_get_thread_limit());
  check_can_start(wanted);
  omp_set_dynamic(0);
  omp_set_max_active_levels(1);
  omp_set_num_threads(granted(wanted));
}

int usual_threads() { return omp_get_max_threads(); }

ThreadSettings::ThreadSettings()
    : threads_(omp_get_max_threads()),
      levels_(omp_get_max_active_levels()),
      dynamic_(omp_get_dynamic()) {}

ThreadSettings::~ThreadSettings() {
  omp_set_num_threads(threads_);
  omp_set_max_active_levels(levels_);
  omp_set_dynamic(dynamic_);
}

}  // namespace alinea::ops
