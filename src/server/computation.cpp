#include "server/computation.h"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>

namespace alinea {

std::string group_of(std::string_view task, const std::string& model, const std::string& options) {
  return fmt::format("{} {:?} {}", task, model, options);
}

int64_t batch_for_threads(size_t texts) {
  const auto threads = static_cast<size_t>(std::max(omp_get_max_threads(), 1));
  return static_cast<int64_t>(std::max<size_t>((texts + threads - 1) / threads, 1));
}

}  // namespace alinea
