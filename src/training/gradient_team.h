// The gradient of a batch, by several threads. Each takes a share of the batch through the model
// and back on a tape of its own, and they meet once, to add their gradients up: threads that share
// each operation would have to meet thousands of times.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "autograd/gradient_buffer.h"
#include "autograd/profile.h"
#include "support/random.h"
#include "tensor/arena.h"
#include "training/task.h"

namespace alinea {

class GradientTeam {
 public:
  // Summed over the examples.
  struct Learned {
    double loss = 0;  // nats
    int64_t units = 0;
    double feedback = 0;
    double norm = 0;  // of this process's gradients; 0 where one thread is watched
  };

  using Parts = std::span<const std::span<const int64_t>>;

  // The task must outlive the team. With `profile` every operation is timed.
  GradientTeam(Task& task, bool profile) : task_(task), profiling_(profile) {}

  // Leaves in the parameters' gradients those of the sum of the losses over a batch, which comes in
  // parts, one after the other, or is empty. `dropout` gives the masks. Of each part every thread
  // gets a share, where that is TaskTerms::least_share examples or more; else all threads work on
  // each operation. The number of threads is all that the bits depend on. Where a single thread
  // adds to the gradients, `watch` is told when it has added the last to each.
  Learned sum(Parts parts, Random& dropout, GradientWatch* watch = nullptr);

  // Gives the memory of the last batch back, for others to use meanwhile.
  void release();
  // The most bytes that a part took, gradients of parameters not counted.
  int64_t high_water() const;
  // What operations took, in all threads together.
  Profile profile() const;

 private:
  // One that takes shares. The first one adds to the gradients of the parameters themselves.
  struct Member {
    Arena arena;
    Arena gradient_memory;
    std::optional<GradientBuffer> gradients;
    Profile profile;
  };
  using Examples = std::vector<int64_t>;

  void gather(size_t members);
  void settle(size_t members);
  std::vector<std::vector<Examples>> deal_parts(Parts parts) const;
  Learned learn(Member& member, std::span<const int64_t> examples, Random& dropout,
                GradientWatch* watch);
  Learned learn_part(const std::vector<Examples>& shares, Random& dropout, GradientWatch* watch);
  double add_up(size_t members);

  Task& task_;
  bool profiling_;
  std::deque<Member> members_;
};

}  // namespace alinea
