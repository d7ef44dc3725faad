#include "search/best_tokens.h"

#include <algorithm>
#include <limits>

namespace alinea {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr size_t kBlock = 64;

bool better(const ScoredToken& a, const ScoredToken& b) {
  if (a.log_probability != b.log_probability) return a.log_probability > b.log_probability;
  return a.token < b.token;
}

// Negated, so that NaN counts too. A loop without a branch, which the compiler vectorises.
bool any_not_below(const float* block, float threshold) {
  int32_t any = 0;
  for (size_t i = 0; i < kBlock; ++i) any |= static_cast<int32_t>(!(block[i] <= threshold));
  return any != 0;
}

// A heap whose top is the worst of the tokens kept: the one to beat.
class Keeper {
 public:
  Keeper(size_t count, int32_t excluded, std::vector<ScoredToken>& best)
      : count_(count), excluded_(excluded), best_(best) {
    best_.clear();
  }

  // Tokens come in ascending order, so that of two equal ones the first stays.
  float threshold() const { return threshold_; }

  bool offer(const float* values, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      if (values[i] <= threshold_) continue;
      if (!(values[i] < kInfinity)) return false;
      const auto token = static_cast<int32_t>(i);
      if (token != excluded_) keep({.token = token, .log_probability = values[i]});
    }
    return true;
  }

 private:
  void keep(ScoredToken candidate) {
    if (best_.size() == count_) {
      std::pop_heap(best_.begin(), best_.end(), better);
      best_.pop_back();
    }
    best_.push_back(candidate);
    std::push_heap(best_.begin(), best_.end(), better);
    if (best_.size() == count_) threshold_ = best_.front().log_probability;
  }

  size_t count_;
  int32_t excluded_;
  float threshold_ = -kInfinity;
  std::vector<ScoredToken>& best_;
};

}  // namespace

bool best_tokens(std::span<const float> row, int64_t count, int32_t excluded,
                 std::vector<ScoredToken>& best) {
  Keeper keeper(static_cast<size_t>(count), excluded, best);
  size_t begin = 0;
  for (; begin + kBlock <= row.size(); begin += kBlock) {
    if (!any_not_below(row.data() + begin, keeper.threshold())) continue;
    if (!keeper.offer(row.data(), begin, begin + kBlock)) return false;
  }
  if (!keeper.offer(row.data(), begin, row.size())) return false;
  std::sort_heap(best.begin(), best.end(), better);
  return true;
}

}  // namespace alinea
