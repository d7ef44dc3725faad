// Started by mpirun with two ranks: an answer to a call of an earlier wait says nothing of this
// one.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <string>
#include <thread>

#include "distributed/roll_call.h"

namespace alinea {
namespace {

constexpr RollCall::Seconds kSoon{0.01}, kNever{1e9};

// Tells the other rank to go on, or waits until it does.
void pass(int rank) { MPI_Send(nullptr, 0, MPI_BYTE, 1 - rank, 0, MPI_COMM_WORLD); }
void wait(int rank) {
  MPI_Recv(nullptr, 0, MPI_BYTE, 1 - rank, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

// Calls in the first wait, and is answered in the second. Whom it accuses there.
std::string accused(RollCall& roll) {
  roll.begin(kSoon, "the first wait");
  std::this_thread::sleep_for(2 * kSoon);
  roll.check();
  roll.begin(kSoon, "the second wait");
  pass(0);
  wait(0);
  try {
    for (;;) {
      roll.check();
      std::this_thread::sleep_for(kSoon);
    }
  } catch (const std::exception& error) {
    return error.what();
  }
}

// Answers what has come, and hangs from then on.
void answer_late(RollCall& roll) {
  wait(1);
  roll.begin(kNever, "the other's wait");
  for (int i = 0; i < 50; ++i) {
    roll.check();
    std::this_thread::sleep_for(kSoon);
  }
  pass(1);
}

int check() {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm own = MPI_COMM_NULL;
  MPI_Comm_dup(MPI_COMM_WORLD, &own);
  RollCall roll(own, {"here", "there"});
  std::string said;
  if (rank == 0) {
    said = accused(roll);
  } else {
    answer_late(roll);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  if (rank == 1 || said.starts_with("the second wait: rank 1 on there did not answer")) return 0;
  std::cerr << "wrong: " << said << '\n';
  return 1;
}

}  // namespace
}  // namespace alinea

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  const int status = alinea::check();
  MPI_Finalize();
  return status;
}
