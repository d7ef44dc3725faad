// Adds up the gradients of all ranks, those that are final already while the tape is still played
// backwards.
//
// The gradients of all parameters lie in one buffer, which is cut into buckets. A bucket is on its
// way as soon as all parameters in it are final; the last ones wait for the end.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "autograd/parameter.h"
#include "autograd/tape.h"
#include "distributed/group.h"

namespace alinea {

class GradientSum : public GradientWatch {
 public:
  static constexpr int64_t kBucket = 1 << 20;  // floats
  // Both must outlive it.
  GradientSum(Group& group, const ParameterStore& store, int64_t bucket = kBucket);

  // A tape that is told of it hands over what it adds to last; then finish waits for all of it.
  void is_final(const Parameter& parameter) override;
  void operation_done() override { group_.progress(); }
  void finish();

 private:
  struct Bucket {
    std::span<float> gradients;
    int64_t parameters;   // in the bucket
    int64_t missing = 0;  // that are not final
    bool has_begun = false;
  };

  void begin_bucket(int64_t b);

  Group& group_;
  int64_t bucket_;
  std::vector<Bucket> buckets_;
};

}  // namespace alinea
