#pragma once

#include <span>
#include <string>

namespace alinea {

// alinea train-language-model: from texts to a model folder.
void train_language_model_command(std::span<const std::string> arguments);

}  // namespace alinea
