#include "training/ranks.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <optional>

#include "distributed/launch.h"
#include "options/limits.h"
#include "options/threads.h"

namespace alinea {

namespace {

// 0 for what use_threads() takes by itself, where the rank is alone or bound to some cores.
int64_t threads_of_rank(int64_t given) {
  const std::optional<Launch> launch = launched();
  if (given > 0 || !launch || threads_of_environment() > 0) return given;
  cpu_set_t allowed;
  const long cores = sysconf(_SC_NPROCESSORS_ONLN);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) < cores) return 0;
  return std::max<int64_t>(cores / launch->on_this_host, 1);
}

}  // namespace

void RanksOptions::visit(FieldList& fields) {
  fields.add("threads", threads, "threads of each rank; 0: one per core")
      .range<int64_t>(0, kMostThreads)
      .add("rank-timeout", timeout,
           "with several ranks: seconds without an answer after which a rank counts as lost")
      .expect("a number above 0", [this] { return timeout > 0; });
}

Ranks::Ranks(const RanksOptions& options)
    : group_(join(options.timeout)), stderr_(std::cerr.rdbuf()) {
  if (!group_->leads()) std::cerr.rdbuf(nullptr);
  use_threads(threads_of_rank(options.threads));
}

Ranks::~Ranks() {
  std::cerr.rdbuf(stderr_);
  std::cerr.clear();
}

}  // namespace alinea
