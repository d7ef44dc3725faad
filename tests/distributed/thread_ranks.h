// Ranks that are threads of one process, for what they tell each other by gather().
#pragma once

#include <barrier>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "distributed/group.h"

namespace alinea {

class ThreadRanks {
 public:
  explicit ThreadRanks(int64_t size)
      : size_(size),
        gathered_(static_cast<size_t>(size)),
        all_(static_cast<std::ptrdiff_t>(size)) {}

  // Runs `work` on every rank. It may not throw.
  void run(const std::function<void(Group&)>& work) {
    std::vector<std::jthread> threads;
    for (int64_t rank = 0; rank < size_; ++rank)
      threads.emplace_back([this, rank, &work] {
        Rank group(*this, rank);
        work(group);
      });
  }

 private:
  class Rank : public Group {
   public:
    Rank(ThreadRanks& ranks, int64_t rank) : ranks_(ranks), rank_(rank) {}
    int64_t rank() const override { return rank_; }
    int64_t size() const override { return ranks_.size_; }
    std::vector<std::string> gather(std::string bytes) override {
      ranks_.gathered_[static_cast<size_t>(rank_)] = std::move(bytes);
      ranks_.all_.arrive_and_wait();
      std::vector<std::string> all = ranks_.gathered_;
      ranks_.all_.arrive_and_wait();
      return all;
    }

   private:
    ThreadRanks& ranks_;
    int64_t rank_;
  };

  int64_t size_;
  std::vector<std::string> gathered_;
  std::barrier<> all_;
};

}  // namespace alinea
