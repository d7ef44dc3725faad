#include "serialization/model_folder.h"

#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <system_error>

#include "serialization/parameter_tensors.h"
#include "storage/atomic_file.h"
#include "storage/is_there.h"
#include "storage/json.h"
#include "storage/links.h"
#include "storage/model_files.h"
#include "storage/safetensors.h"
#include "storage/staged_folder.h"
#include "support/error.h"

namespace alinea {

namespace {

namespace fs = std::filesystem;

constexpr int kFormat = 1;

// Every format begins so.
constexpr std::string_view kAlinea = "alinea ";

// Without any, nothing that took long is lost.
bool hold_parameters(const std::vector<std::string>& files) {
  return std::ranges::any_of(
      files, [](const std::string& name) { return name.ends_with(".safetensors"); });
}

fs::path nearest_existing(fs::path path) {
  std::error_code ignored;
  path = fs::absolute(path, ignored);
  while (!fs::exists(path, ignored) && path.has_relative_path()) path = path.parent_path();
  return path;
}

}  // namespace

void ModelFolder::check_free(bool overwrite) const {
  std::error_code ignored;
  if (fs::exists(path_, ignored) && !fs::is_directory(path_, ignored))
    throw Error("expected a folder for the model, but {} is a file: give another name",
                path_.string());
  const fs::path writable = nearest_existing(path_);
  if (access(writable.c_str(), W_OK) != 0 || !fs::is_directory(writable, ignored))
    throw Error("cannot create the folder {}: {} is not a writable folder", path_.string(),
                writable.string());
  if (overwrite) {
    if (hold_parameters(files_to_replace())) StagedFolder::check(path_);
    return;
  }
  if (is_there(config()))
    throw Error("{} already contains a model: overwrite it, or give another folder",
                path_.string());
  for (const std::string& file : model_file_names())
    if (file != kTrainingLock && is_there(path_ / file))
      throw Error("{} already contains {}: overwrite it, or give another folder", path_.string(),
                  file);
}

void ModelFolder::check_entries() const { alinea::check_entries(path_, model_file_names()); }

// The lock is held by the training that is about to begin.
std::vector<std::string> ModelFolder::files_to_replace() const {
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(path_, error)) {
    const std::string name = entry.path().filename();
    if (name != kTrainingLock && is_model_file_name(name)) names.push_back(name);
  }
  return names;
}

void ModelFolder::create(bool overwrite, const Write& write) const {
  check_free(overwrite);
  std::error_code error;
  fs::create_directories(path_, error);
  if (error) throw Error("cannot create the folder {}: {}", path_.string(), error.message());
  const std::vector<std::string> replaced = files_to_replace();
  if (hold_parameters(replaced)) {
    StagedFolder staged(path_);
    if (write) write(ModelFolder(staged.path()));
    staged.replace(replaced);
    return;
  }
  for (const std::string& file : replaced) {
    fs::remove(path_ / file, error);
    if (error) throw Error("cannot remove {}: {}", (path_ / file).string(), error.message());
  }
  if (write) write(*this);
}

void ModelFolder::write_description(std::string_view format,
                                    const nlohmann::ordered_json& fields) const {
  nlohmann::ordered_json json = {{"format", format}, {"version", kFormat}};
  json.update(fields);
  write_file(config(), json.dump(2) + "\n");
}

std::vector<std::string> ModelFolder::text_files() const {
  std::vector<std::string> files;
  for (const std::string& file : text_file_names())
    if (is_there(path_ / file)) files.push_back(file);
  return files;
}

fs::path ModelFolder::parameter_file(Snapshot snapshot) const {
  return path_ / (snapshot == Snapshot::kBest ? "best.safetensors" : "last.safetensors");
}

void ModelFolder::save_parameters(const ParameterStore& parameters, Snapshot snapshot) const {
  write_parameters(parameter_file(snapshot), parameters);
}

bool ModelFolder::has_parameters(Snapshot snapshot) const {
  try {
    Safetensors(parameter_file(snapshot)).check_finite();
    return true;
  } catch (const Error&) {
    return false;
  }
}

void ModelFolder::load_parameters(ParameterStore& parameters, Snapshot snapshot) const {
  const fs::path file = parameter_file(snapshot);
  if (!is_there(file)) fail_unfinished(snapshot);
  read_parameters(file, parameters);
}

// The first validation that does not diverge saves both.
void ModelFolder::fail_unfinished(Snapshot snapshot) const {
  const std::string missing = parameter_file(snapshot).filename();
  if (snapshot == Snapshot::kBest && is_there(parameter_file(Snapshot::kLast)))
    throw Error(
        "{} is missing in {}, although last.safetensors shows that the training was validated: "
        "resume the training, or copy last.safetensors to that name",
        missing, path_.string());
  throw Error(
      "there is no validated model in {} yet, {} comes with the first validation: wait for it if "
      "the training is running, otherwise resume the training; training.csv shows whether it "
      "diverged",
      path_.string(), missing);
}

nlohmann::ordered_json ModelFolder::read_config() const {
  const fs::path file = config();
  std::error_code ignored;
  if (!is_there(path_) || !fs::is_directory(path_, ignored))
    throw Error("there is no model folder {}: check the path", path_.string());
  check_entries();
  if (!is_there(file))
    throw Error("{} contains no model: config.json is missing; check the path, or train a model",
                path_.string());
  const std::string text = read_file(file);
  try {
    return parse_json(text);
  } catch (const Error& error) {
    throw Error("{} {}: the file is damaged", file.string(), error.what());
  }
}

nlohmann::ordered_json ModelFolder::read_description() const {
  nlohmann::ordered_json json = read_config();
  const bool has_format = json.is_object() && json.contains("format") && json["format"].is_string();
  if (!has_format || !json["format"].get<std::string>().starts_with(kAlinea))
    throw Error("{} does not describe a model of alinea", config().string());
  if (json.value("version", nlohmann::ordered_json()) != kFormat)
    throw Error("expected a model of version {} in {}, got version {}: train it again", kFormat,
                path_.string(), json.value("version", nlohmann::ordered_json()).dump());
  return json;
}

}  // namespace alinea
