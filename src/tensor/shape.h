// The extents of a tensor, row-major: the last axis is contiguous.
#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <initializer_list>
#include <span>

namespace alinea {

class Shape {
 public:
  static constexpr int kMaxRank = 4;

  Shape() = default;
  Shape(std::initializer_list<int64_t> extents);

  int rank() const { return rank_; }
  // Axis from the front, or from the back where negative: shape[-1] is the last.
  int64_t operator[](int axis) const {
    assert(axis < rank_ && axis >= -rank_);
    return extents_[static_cast<size_t>(axis < 0 ? axis + rank_ : axis)];
  }
  int64_t elements() const;
  // The tensor seen as a matrix: its last axis, and everything before it.
  int64_t columns() const { return rank_ == 0 ? 1 : (*this)[-1]; }
  int64_t rows() const { return columns() == 0 ? 0 : elements() / columns(); }
  // The same with another first extent.
  Shape with_first(int64_t extent) const {
    Shape shape = *this;
    shape.extents_[0] = extent;
    return shape;
  }
  std::span<const int64_t> extents() const { return {extents_.data(), static_cast<size_t>(rank_)}; }

  bool operator==(const Shape&) const = default;

 private:
  std::array<int64_t, kMaxRank> extents_{};
  int rank_ = 0;
};

}  // namespace alinea
