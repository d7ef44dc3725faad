#pragma once

#include <span>
#include <string>

namespace alinea {

// alinea train-reader: questions about documents in, a model that answers them out.
void train_reader_command(std::span<const std::string> arguments);

}  // namespace alinea
