#include "autograd/gradient_buffer.h"

#include <algorithm>

namespace alinea {

float* GradientSlot::to_add_to() {
  if (!is_written) std::ranges::fill(values, 0.0F);
  is_written = true;
  return values.data();
}

GradientBuffer::GradientBuffer(const ParameterStore& store, std::span<float> values)
    : values_(values) {
  for (const Parameter& parameter : store.parameters())
    slots_.push_back({values.subspan(static_cast<size_t>(parameter.offset()),
                                     static_cast<size_t>(parameter.shape().elements()))});
}

void GradientBuffer::clear() {
  for (GradientSlot& slot : slots_) slot.is_written = false;
}

void GradientBuffer::settle() {
  for (GradientSlot& slot : slots_) slot.to_add_to();
}

}  // namespace alinea
