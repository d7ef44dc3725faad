// Finds out which ranks no longer answer.
//
// A rank that has waited for too long calls all others. Whoever waits as well answers; who
// computes, hangs or is cut off does not. Whom a rank has not heard of a little later, it names.
#pragma once

#include <mpi.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace alinea {

class RollCall {
 public:
  using Seconds = std::chrono::duration<double>;

  // The communicator is used by nothing else. hosts: the name of each rank's.
  RollCall(MPI_Comm comm, std::vector<std::string> hosts);
  RollCall(const RollCall&) = delete;
  RollCall& operator=(const RollCall&) = delete;
  ~RollCall();  // while MPI is still there

  // A wait begins that may take so long.
  void begin(Seconds patience, std::string what);
  // To be called again and again meanwhile. Throws Error that names the ranks that do not answer.
  void check();

 private:
  using Clock = std::chrono::steady_clock;
  struct Call {
    int64_t wait;  // the caller's, also in the answer
    int64_t is_answer;
  };

  void listen();
  void hear();
  void send(int rank, const Call& call);
  [[noreturn]] void accuse();

  MPI_Comm comm_;
  int rank_ = 0;
  std::vector<std::string> hosts_;
  Seconds patience_{0};
  std::string what_;
  int64_t wait_ = 0;  // of this rank, counted from 1
  Clock::time_point began_, called_;
  bool has_called_ = false;
  std::vector<bool> present_;
  Call heard_{};
  std::deque<Call> sent_;  // calls are rare, and what was sent has to stay
  MPI_Request listening_ = MPI_REQUEST_NULL;
};

}  // namespace alinea
