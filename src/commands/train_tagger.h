#pragma once

#include <span>
#include <string>

namespace alinea {

// alinea train-tagger: from tagged sentences to a model folder.
void train_tagger_command(std::span<const std::string> arguments);

}  // namespace alinea
