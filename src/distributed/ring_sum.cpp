#include "distributed/ring_sum.h"

namespace alinea {

RingSum::RingSum(MPI_Comm ring, std::span<float> values, int tag)
    : ring_(ring), values_(values), tag_(tag) {
  MPI_Comm_rank(ring_, &rank_);
  MPI_Comm_size(ring_, &size_);
  received_.resize(values_.size() / static_cast<size_t>(size_) + 1);
  start_step();
}

std::span<float> RingSum::chunk(int64_t i) const {
  const int64_t c = ((i % size_) + size_) % size_;
  const int64_t count = std::ssize(values_);
  const int64_t begin = count * c / size_, end = count * (c + 1) / size_;
  return values_.subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
}

// Step s hands on what step s - 1 brought.
void RingSum::start_step() {
  const bool adds = step_ < size_ - 1;
  const std::span<float> out = chunk(rank_ - step_), in = chunk(rank_ - step_ - 1);
  MPI_Irecv(adds ? received_.data() : in.data(), static_cast<int>(in.size()), MPI_FLOAT,
            (rank_ + size_ - 1) % size_, tag_, ring_, &requests_[0]);
  MPI_Isend(out.data(), static_cast<int>(out.size()), MPI_FLOAT, (rank_ + 1) % size_, tag_, ring_,
            &requests_[1]);
}

void RingSum::finish_step() {
  if (step_ < size_ - 1) {
    const std::span<float> sum = chunk(rank_ - step_ - 1);
    for (size_t i = 0; i < sum.size(); ++i) sum[i] += received_[i];
  }
  ++step_;
}

void RingSum::progress() {
  while (!is_done()) {
    int arrived = 0;
    MPI_Testall(2, requests_, &arrived, MPI_STATUSES_IGNORE);
    if (arrived == 0) return;
    finish_step();
    if (!is_done()) start_step();
  }
}

}  // namespace alinea
