// What the programs that dump models share.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "autograd/parameter.h"

namespace alinea {

// gradients.safetensors of compare.py. Throws Error where a parameter has a zero in it, so that no
// part of a model can go unnoticed.
void write_gradients(const std::filesystem::path& path, const ParameterStore& store);

// The folder's name of the model with that number: "07-name", without spaces and equals signs.
std::string dump_name(uint64_t number, std::string variant);

// The program: `dump` with the folder of its only argument, in one thread.
int dump_main(int argc, char** argv, const std::function<void(const std::filesystem::path&)>& dump);

}  // namespace alinea
