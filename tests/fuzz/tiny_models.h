// The smallest models that a folder can hold.
#pragma once

#include <cstdint>
#include <filesystem>

#include "storage/temporary_folder.h"

namespace alinea::fuzz {

// Both make a folder with a whole model in it and return its number of parameters.
int64_t save_translator(const std::filesystem::path& folder);
int64_t save_classifier(const std::filesystem::path& folder);

}  // namespace alinea::fuzz
