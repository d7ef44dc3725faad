// Tensors of safetensors files as features.
#pragma once

#include <string>

#include "signals/numpy_array.h"
#include "storage/safetensors.h"

namespace alinea {

// Throws Error where the file has no tensor of that name, and for one of another type than U8, F16,
// BF16, F32 and F64 or of more than kMostFeatures numbers.
Array read_tensor(const Safetensors& file, const std::string& name);

}  // namespace alinea
