// The ranks of an MPI program. Nothing here blocks inside MPI, which for a peer that has vanished
// would wait for ever: everything is begun, and asked after until it is done or patience ends.
#pragma once

#include <mpi.h>

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "distributed/group.h"
#include "distributed/ring_sum.h"
#include "distributed/roll_call.h"

namespace alinea {

class MpiGroup : public Group {
 public:
  // Between MPI_Init and MPI_Finalize. timeout: seconds, as join() has it.
  explicit MpiGroup(double timeout);
  ~MpiGroup() override;

  int64_t rank() const override { return rank_; }
  int64_t size() const override { return size_; }

  void begin_sum(std::span<float> values, int64_t key) override;
  void progress() override;
  void finish_sums() override;
  void sum(std::span<double> values) override;
  void broadcast(std::span<float> values) override;
  std::string broadcast(std::string bytes) override;
  std::vector<std::string> gather(std::string bytes) override;
  void begin(const std::string& what) override;

 private:
  using Clock = std::chrono::steady_clock;

  void wait(MPI_Request request);
  void wait_until(const std::function<bool()>& is_done);
  void broadcast_bytes(std::span<std::byte> bytes, int root);
  std::string broadcast_from(int root, std::string bytes);
  std::vector<std::string> gather_names();

  MPI_Comm comm_, ring_, calls_;
  int rank_ = 0, size_ = 1;
  RollCall::Seconds timeout_;
  std::string what_ = "at the start";
  bool has_begun_ = false;
  std::optional<RollCall> roll_call_;
  std::deque<RingSum> sums_;  // on their way
  Clock::time_point moved_;
};

}  // namespace alinea
