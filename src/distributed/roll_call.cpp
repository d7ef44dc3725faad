#include "distributed/roll_call.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <thread>

#include "support/error.h"

namespace alinea {

namespace {

constexpr int kTag = 0;

// For answers to come in.
RollCall::Seconds grace(RollCall::Seconds patience) {
  return std::clamp(patience / 4, RollCall::Seconds(0.5), RollCall::Seconds(5));
}

}  // namespace

RollCall::RollCall(MPI_Comm comm, std::vector<std::string> hosts)
    : comm_(comm), hosts_(std::move(hosts)), present_(hosts_.size()) {
  MPI_Comm_rank(comm_, &rank_);
  listen();
}

RollCall::~RollCall() {
  MPI_Cancel(&listening_);
  MPI_Request_free(&listening_);
}

void RollCall::listen() {
  MPI_Irecv(&heard_, sizeof heard_, MPI_BYTE, MPI_ANY_SOURCE, kTag, comm_, &listening_);
}

void RollCall::send(int rank, const Call& call) {
  sent_.push_back(call);
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Isend(&sent_.back(), sizeof call, MPI_BYTE, rank, kTag, comm_, &request);
  MPI_Request_free(&request);
}

void RollCall::begin(Seconds patience, std::string what) {
  ++wait_;
  patience_ = patience;
  what_ = std::move(what);
  began_ = Clock::now();
  has_called_ = false;
  std::fill(present_.begin(), present_.end(), false);
  present_[static_cast<size_t>(rank_)] = true;
}

// An answer to a call of an earlier wait says nothing of this one.
void RollCall::hear() {
  for (int has_come = 1;;) {
    MPI_Status status;
    MPI_Test(&listening_, &has_come, &status);
    if (has_come == 0) return;
    const Call call = heard_;
    listen();
    if (call.is_answer == 0) {
      send(status.MPI_SOURCE, {call.wait, /*is_answer=*/1});
    } else if (call.wait == wait_) {
      present_[static_cast<size_t>(status.MPI_SOURCE)] = true;
    }
  }
}

void RollCall::check() {
  hear();
  const Clock::time_point now = Clock::now();
  if (!has_called_ && now - began_ > patience_) {
    has_called_ = true;
    called_ = now;
    for (int rank = 0; rank < static_cast<int>(hosts_.size()); ++rank)
      if (rank != rank_) send(rank, {wait_, /*is_answer=*/0});
  }
  if (has_called_ && now - called_ > grace(patience_)) accuse();
}

// One speaks for all who hear each other; the others do where it fails to, and answer meanwhile.
void RollCall::accuse() {
  const auto first = std::ranges::find(present_, true) - present_.begin();
  const auto last_word = Clock::now() + (first == rank_ ? 0 : 3) * grace(patience_);
  while (Clock::now() < last_word) {
    hear();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  std::vector<std::string> missing;
  for (size_t rank = 0; rank < hosts_.size(); ++rank)
    if (!present_[rank]) missing.push_back(fmt::format("rank {} on {}", rank, hosts_[rank]));
  const Seconds waited = Clock::now() - began_;
  if (missing.empty())
    throw Error(
        "{}: all ranks have been waiting for each other for {:.0f} seconds: the network between "
        "them loses messages",
        what_, waited.count());
  throw Error(
      "{}: {} did not answer for {:.0f} seconds and hangs, is cut off or slower than "
      "--rank-timeout: solve this, then run the same command again",
      what_, fmt::join(missing, ", "), waited.count());
}

}  // namespace alinea
