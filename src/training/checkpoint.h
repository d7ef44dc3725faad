// What a training needs to go on with the same bits, on disk: checkpoint-<update>.safetensors in
// the model folder, the last two of them. Tensors are the caller's; the metadata holds `training`,
// JSON.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "storage/numbered_files.h"
#include "storage/safetensors.h"

namespace alinea {

struct Checkpoint {
  Safetensors tensors;
  nlohmann::ordered_json training;
};

class Checkpoints {
 public:
  explicit Checkpoints(std::filesystem::path folder) : files_(std::move(folder), "checkpoint-") {}

  bool any() const { return !files_.numbers().empty(); }

  // Once it is on disk, only the previous one is kept with it. Throws Error if a value is not
  // finite or the file cannot be written; those that were there are left alone then.
  void save(int64_t update, std::span<const TensorView> tensors,
            const nlohmann::ordered_json& training) const;

  // The newest that is whole; nothing where there is none at all. Adds to `notes` a line for each
  // that is damaged. Throws Error where all are.
  std::optional<Checkpoint> newest(std::vector<std::string>& notes) const;

  void remove(int64_t update) const { files_.remove(update); }
  void remove_all() const { files_.remove_all(); }

 private:
  NumberedFiles files_;  // by update
};

}  // namespace alinea
