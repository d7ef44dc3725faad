// One model of several that differ in the values of their parameters alone.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>

#include "autograd/parameter.h"
#include "models/model_folder.h"

namespace alinea {

// Throws Error that names what differs, where the folders do not hold models of one kind with the
// same configuration, vocabularies and classes. Options of the training may differ.
void check_same_model(const ModelFolder& first, const ModelFolder& other);

// Leaves in `parameters` the mean of those in the files, summed in double. Throws Error where one
// cannot be read or belongs to another model.
void average_parameters(std::span<const std::filesystem::path> files, ParameterStore& parameters);

// Makes a new model's folder of all that another one has but its parameters; config.json gets
// `field` too.
void copy_description(const ModelFolder& from, const ModelFolder& to,
                      const nlohmann::ordered_json& field);

}  // namespace alinea
