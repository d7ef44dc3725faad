// How a process finds the others that were started with it: by mpirun or srun.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "distributed/group.h"

namespace alinea {

// What the environment says of the processes that were started together.
struct Launch {
  int64_t rank = 0, size = 1;
  int64_t on_this_host = 1;  // ranks, where that is known
};

// Nothing for a process that was started by itself.
std::optional<Launch> launched();

// The group of those that were started together; a process by itself where it was. Once in a
// process. Ends the process where it lives when main ends without an error, and there all ranks
// wait for each other. A rank that does not answer for `timeout` seconds, ten times as long before
// Group::begin, is one that hangs. Throws Error where the processes cannot find each other, as in a
// program that was built without MPI.
std::unique_ptr<Group> join(double timeout);

// The MPI that the program was built with and its version, "Open MPI v4.1.4"; "none" without one.
std::string mpi_version();

// After an error: ends all processes that were started together, this one among them. Returns where
// there are no others.
void end_all(int status);

}  // namespace alinea
