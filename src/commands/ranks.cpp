#include "commands/ranks.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <optional>

#include "distributed/launch.h"

namespace alinea {

Ranks::Ranks(double timeout) : group_(join(timeout)), stderr_(std::cerr.rdbuf()) {
  if (!group_->leads()) std::cerr.rdbuf(nullptr);
}

Ranks::~Ranks() {
  std::cerr.rdbuf(stderr_);
  std::cerr.clear();
}

int64_t Ranks::threads(int64_t given) {
  const std::optional<Launch> launch = launched();
  if (given > 0 || !launch) return given;
  cpu_set_t allowed;
  const long cores = sysconf(_SC_NPROCESSORS_ONLN);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) < cores) return 0;
  return std::max<int64_t>(cores / launch->on_this_host, 1);
}

}  // namespace alinea
