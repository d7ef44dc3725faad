// A model on disk: its description, its parameters and its text files, in one folder. What the
// fields of the description and the text files mean is up to the model (models/model.h).
//
//   config.json               format and version, then the model's fields
//   best.safetensors          the parameters that validated best
//   last.safetensors          the newest ones
//   training.csv              the log of the training
//   validated-N.safetensors, checkpoint-N.safetensors, training.lock: see training/
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "autograd/parameter.h"

namespace alinea {

enum class Snapshot { kBest, kLast };

class ModelFolder {
 public:
  explicit ModelFolder(std::filesystem::path path) : path_(std::move(path)) {}

  // Makes the folder for a new model, into which `write` puts the first files; where a model lies
  // there already, `overwrite` says that the new one replaces it, at once when `write` is done.
  // Other files in the folder stay. Throws Error for an existing model otherwise, where the folder
  // cannot be made and what `write` throws; an existing model is left alone then.
  using Write = std::function<void(const ModelFolder& folder)>;
  void create(bool overwrite, const Write& write = {}) const;
  // Throws what create would throw, and changes nothing.
  void check_free(bool overwrite) const;

  // Throws Error for a link that leads out of the folder, for pipes and devices.
  void check_entries() const;

  void save_parameters(const ParameterStore& parameters, Snapshot snapshot) const;

  // config.json: format and version, then `fields`.
  void write_description(std::string_view format, const nlohmann::ordered_json& fields) const;
  // Throws Error for a folder that is missing, of another version or damaged, for one with a link
  // that leads out of it, and for a description that is none of a model.
  nlohmann::ordered_json read_description() const;
  // Whether they are there, whole and finite.
  bool has_parameters(Snapshot snapshot) const;

  // Allocates what is not allocated yet. Throws Error as read_tensors does, and where the training
  // has not saved any yet.
  void load_parameters(ParameterStore& parameters, Snapshot snapshot) const;

  std::filesystem::path config() const { return path_ / "config.json"; }
  std::filesystem::path training_log() const { return path_ / "training.csv"; }
  std::filesystem::path parameter_file(Snapshot snapshot) const;
  // Names of what tells words and classes apart, as far as it is there.
  std::vector<std::string> text_files() const;
  const std::filesystem::path& path() const { return path_; }

 private:
  nlohmann::ordered_json read_config() const;
  std::vector<std::string> files_to_replace() const;
  [[noreturn]] void fail_unfinished(Snapshot snapshot) const;

  std::filesystem::path path_;
};

}  // namespace alinea
