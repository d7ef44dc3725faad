// Parameters as the tensors of a file.
#pragma once

#include <vector>

#include "autograd/parameter.h"
#include "storage/safetensors.h"

namespace alinea {

// In the order of the store.
std::vector<TensorView> tensors_of(const ParameterStore& parameters);

// Takes the values of a file, which may hold other tensors too. Allocates what is not allocated
// yet, once all shapes are known to be the file's. Throws Error where a tensor is absent or has
// another shape.
void read_tensors(const Safetensors& tensors, ParameterStore& parameters);

// The same with a file that holds parameters alone. Throws Error where it holds more, too.
void read_parameters(const std::filesystem::path& file, ParameterStore& parameters);

}  // namespace alinea
