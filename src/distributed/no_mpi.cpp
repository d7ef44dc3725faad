// In the place of mpi_group.cpp where there is no MPI.
#include "distributed/launch.h"
#include "support/error.h"

namespace alinea {

std::unique_ptr<Group> join(double /*timeout*/) {
  if (const std::optional<Launch> launch = launched())
    throw Error(
        "{} processes were started together, and this program was built without MPI: install "
        "libopenmpi-dev and build it anew, or start it by itself",
        launch->size);
  return std::make_unique<Group>();
}

void end_all(int /*status*/) {}

}  // namespace alinea
