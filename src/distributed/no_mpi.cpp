// Replaces mpi_group.cpp in a build without MPI.
#include "distributed/launch.h"
#include "support/error.h"

namespace alinea {

std::unique_ptr<Group> join(double /*timeout*/) {
  if (const std::optional<Launch> launch = launched())
    throw Error(
        "{} processes were started together, but this program was built without MPI: install "
        "libopenmpi-dev and build with -DALINEA_MPI=ON, or start it without mpirun or srun",
        launch->size);
  return std::make_unique<Group>();
}

std::string mpi_version() { return "none"; }

void end_all(int /*status*/) {}

}  // namespace alinea
