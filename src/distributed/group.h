// Processes that work on one thing together, on one machine or on many: the ranks 0 to size - 1, of
// which 0 leads. A Group by itself is a process that is alone, for which everything here is done
// before it begins.
//
// All ranks call the same functions in the same order. What they get back has the same bits on all.
// Throws Error where a rank does not answer in time (launch.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace alinea {

class Group {
 public:
  Group() = default;
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;
  virtual ~Group() = default;

  virtual int64_t rank() const { return 0; }
  virtual int64_t size() const { return 1; }
  bool is_alone() const { return size() == 1; }
  bool leads() const { return rank() == 0; }

  // Begins to add up `values` over the ranks, element by element, and returns. They are the group's
  // until finish_sums. Sums that are on their way together have different keys, by which the ranks
  // know them, in whatever order they begin.
  virtual void begin_sum(std::span<float> /*values*/, int64_t /*key*/) {}
  // Moves what has begun a little further.
  virtual void progress() {}
  virtual void finish_sums() {}

  virtual void sum(std::span<double> /*values*/) {}

  // What rank 0 has.
  virtual void broadcast(std::span<float> /*values*/) {}
  virtual std::string broadcast(std::string bytes) { return bytes; }

  // What each rank has, by rank.
  virtual std::vector<std::string> gather(std::string bytes) { return {std::move(bytes)}; }

  // What the ranks are at, for messages: "update 57". Until the first call they are slow to lose
  // patience, as some read more than others before they begin.
  virtual void begin(const std::string& /*what*/) {}
};

// Of the indices below `count` those that fall to the rank: one in so many.
std::vector<int64_t> share(const Group& group, int64_t count);

// The process by itself.
Group& alone();

}  // namespace alinea
