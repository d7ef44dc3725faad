#pragma once

#include <span>
#include <string>

namespace alinea {

// alinea train-classifier: from labelled documents to a model folder.
void train_classifier_command(std::span<const std::string> arguments);

}  // namespace alinea
