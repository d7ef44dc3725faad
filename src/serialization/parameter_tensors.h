// Parameters as the tensors of a file.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "autograd/parameter.h"
#include "storage/safetensors.h"

namespace alinea {

// In the order of the store.
std::vector<TensorView> tensors_of(const ParameterStore& parameters);

// Writes a file that holds them alone. Throws Error where a value is not finite, or the file cannot
// be written.
void write_parameters(const std::filesystem::path& file, const ParameterStore& parameters,
                      const std::map<std::string, std::string>& metadata = {});

// Takes the values of a file, which may hold other tensors too. Allocates what is not allocated
// yet, once all shapes are known to be the file's. Throws Error where a tensor is absent, has
// another shape, or any of the file is not finite.
void read_tensors(const Safetensors& tensors, ParameterStore& parameters);

// The same with a file that holds parameters alone. Throws Error where it holds more, too.
void read_parameters(const std::filesystem::path& file, ParameterStore& parameters);

}  // namespace alinea
