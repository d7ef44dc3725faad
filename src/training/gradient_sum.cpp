#include "training/gradient_sum.h"

#include <algorithm>

namespace alinea {

namespace {

struct Range {
  int64_t begin, end;
};

Range place_of(const Parameter& parameter) {
  return {parameter.offset(), parameter.offset() + parameter.shape().elements()};
}

}  // namespace

GradientSum::GradientSum(Group& group, const ParameterStore& store, int64_t bucket)
    : group_(group), bucket_(bucket) {
  const std::span<float> all = store.gradients();
  for (size_t begin = 0; begin < all.size(); begin += static_cast<size_t>(bucket))
    buckets_.push_back(
        {all.subspan(begin, std::min(static_cast<size_t>(bucket), all.size() - begin)), 0});
  for (const Parameter& parameter : store.parameters()) {
    const auto [begin, end] = place_of(parameter);
    for (int64_t b = begin / bucket; b * bucket < end; ++b) ++buckets_[b].parameters;
  }
  for (Bucket& one : buckets_) one.missing = one.parameters;
}

void GradientSum::is_final(const Parameter& parameter) {
  const auto [begin, end] = place_of(parameter);
  for (int64_t b = begin / bucket_; b * bucket_ < end; ++b)
    if (--buckets_[b].missing == 0) begin_bucket(b);
}

void GradientSum::begin_bucket(int64_t b) {
  buckets_[b].has_begun = true;
  group_.begin_sum(buckets_[b].gradients, b);
}

void GradientSum::finish() {
  for (int64_t b = 0; b < std::ssize(buckets_); ++b)
    if (!buckets_[b].has_begun) begin_bucket(b);
  group_.finish_sums();
  for (Bucket& bucket : buckets_) bucket = {bucket.gradients, bucket.parameters, bucket.parameters};
}

}  // namespace alinea
