#include "distributed/launch.h"

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace alinea {

namespace {

std::optional<int64_t> number(const char* name) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody changes it
  if (text == nullptr) return std::nullopt;
  const std::string_view digits(text);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// Who starts processes, and where it says so.
struct Starter {
  const char *rank, *size, *on_this_host;
};
constexpr Starter kStarters[] = {
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_SIZE"},  // Open MPI
    {"PMI_RANK", "PMI_SIZE", "MPI_LOCALNRANKS"},                                     // MPICH
    {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_TASKS_ON_THIS_NODE"},            // srun
};

}  // namespace

std::optional<Launch> launched() {
  for (const Starter& starter : kStarters) {
    const auto rank = number(starter.rank), size = number(starter.size);
    if (rank && size && *size > 1)
      return Launch{*rank, *size, number(starter.on_this_host).value_or(1)};
  }
  return std::nullopt;
}

}  // namespace alinea
