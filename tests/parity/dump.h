// What the programs that dump models share.
#pragma once

#include <filesystem>
#include <functional>

#include "autograd/parameter.h"

namespace alinea {

// gradients.safetensors of compare.py. Throws Error where a parameter has a zero in it, so that no
// part of a model can go unnoticed.
void write_gradients(const std::filesystem::path& path, const ParameterStore& store);

// The program: `dump` with the folder of its only argument, in one thread.
int dump_main(int argc, char** argv, const std::function<void(const std::filesystem::path&)>& dump);

}  // namespace alinea
