// What the files in a model folder are called.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace alinea {

inline constexpr const char* kTrainingLock = "training.lock";
inline constexpr const char* kEventFile =
    "events.out.tfevents.alinea";  // TensorBoard knows them by the name

// Of what tells words and classes apart.
std::vector<std::string> text_file_names();
// Of every file that has a name without a number; not all are there.
std::vector<std::string> model_file_names();
// Whether a file is part of a model or its training, checkpoint-12.safetensors for instance. Other
// files may lie in the folder too.
bool is_model_file_name(std::string_view name);

}  // namespace alinea
