// Whether folders hold models that differ in the values of their parameters alone.
#pragma once

#include "serialization/model_folder.h"

namespace alinea {

// Throws Error that names what differs, where the folders do not hold models of one kind with the
// same configuration, vocabularies and classes. Options of the training may differ, and so may the
// fields that an older version did not write, where the newer one has their defaults.
void check_same_model(const ModelFolder& first, const ModelFolder& other);

}  // namespace alinea
