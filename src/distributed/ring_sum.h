// The sum of a buffer over all ranks, round a ring (Patarasu & Yuan 2009): every rank speaks only
// to its neighbours, and sends and receives 2 (P - 1) / P times the buffer, the least that is
// possible.
//
//   In P - 1 steps each of P chunks goes once round the ring, and every rank adds its own to it;
//   in another P - 1 steps the sums go round.
//
// Each chunk is added up by one rank after the other and then copied, so that all have the same
// bits.
#pragma once

#include <mpi.h>

#include <cstdint>
#include <span>
#include <vector>

namespace alinea {

class RingSum {
 public:
  // `values` must outlive it; less than 2^31 of them. `tag` tells it from others in the ring.
  RingSum(MPI_Comm ring, std::span<float> values, int tag);

  // Moves it on as far as it goes without waiting.
  void progress();
  bool is_done() const { return step_ == 2 * (size_ - 1); }
  // Steps that were taken.
  int64_t step() const { return step_; }

 private:
  void start_step();
  void finish_step();
  std::span<float> chunk(int64_t i) const;  // counted round the ring

  MPI_Comm ring_;
  int rank_ = 0, size_ = 1;
  std::span<float> values_;
  int tag_;
  int64_t step_ = 0;  // of 2 (P - 1)
  std::vector<float> received_;
  MPI_Request requests_[2] = {MPI_REQUEST_NULL, MPI_REQUEST_NULL};
};

}  // namespace alinea
