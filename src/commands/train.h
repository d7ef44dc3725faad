#pragma once

#include <span>
#include <string>

namespace alinea {

// alinea train: two texts in, a model folder out.
void train_command(std::span<const std::string> arguments);

}  // namespace alinea
