// The mean of the parameters of several files.
#pragma once

#include <filesystem>
#include <span>

#include "autograd/parameter.h"

namespace alinea {

// Leaves in `parameters` the mean of those in the files, summed in double. Throws Error where one
// cannot be read or belongs to another model.
void average_parameters(std::span<const std::filesystem::path> files, ParameterStore& parameters);

}  // namespace alinea
