// Where tapes add the gradients of a store's parameters up.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "autograd/parameter.h"

namespace alinea {

// The gradient of one parameter. Until something was added to it its memory holds anything, so that
// whoever comes first may overwrite it.
struct GradientSlot {
  std::span<float> values;
  bool is_written = false;

  // Its memory, to add to: zeros where nothing was added yet.
  float* to_add_to();
};

class GradientBuffer {
 public:
  // `values` are laid out as those of the store, and their padding is 0.
  GradientBuffer(const ParameterStore& store, std::span<float> values);

  std::span<float> values() const { return values_; }
  GradientSlot& slot(const Parameter& parameter) { return slots_[parameter.index()]; }
  // Nothing was added to any.
  void clear();
  // To be called before `values` are read, once all is added.
  void settle();

 private:
  std::span<float> values_;
  std::vector<GradientSlot> slots_;
};

}  // namespace alinea
