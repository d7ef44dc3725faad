#include "models/model_folder.h"

#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <system_error>

#include "models/parameter_tensors.h"
#include "options/field_list.h"
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

struct Kind {
  const char* format;   // as config.json says it
  const char* name;     // as people say it
  const char* command;  // what uses such a model
};

const Kind& kind_of(ModelKind kind) {
  static constexpr Kind kTranslation = {"alinea translation model", "a translation model",
                                        "alinea translate"};
  static constexpr Kind kClassifier = {"alinea document classifier", "a document classifier",
                                       "alinea classify"};
  return kind == ModelKind::kTranslation ? kTranslation : kClassifier;
}

const Kind& other_kind(ModelKind kind) {
  return kind_of(kind == ModelKind::kTranslation ? ModelKind::kClassifier
                                                 : ModelKind::kTranslation);
}

nlohmann::ordered_json format_of(const nlohmann::ordered_json& config) {
  return config.is_object() ? config.value("format", nlohmann::ordered_json())
                            : nlohmann::ordered_json();
}

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
  if (is_there(path_ / "config.json"))
    throw Error("{} already contains a model: give --overwrite to replace it, or another folder",
                path_.string());
  for (const std::string& file : model_file_names())
    if (file != kTrainingLock && is_there(path_ / file))
      throw Error("{} already contains {}: give --overwrite to replace it, or another folder",
                  path_.string(), file);
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

void ModelFolder::save_description(const EncoderDecoder& model, const Languages& languages,
                                   const nlohmann::ordered_json& training) const {
  languages.source.save(path_, "source");
  languages.target.save(path_, "target");
  write_description(ModelKind::kTranslation, {{"model", to_json_fields(model.options())},
                                              {"tokenizer", languages.source.tokenizer().name()},
                                              {"lowercase", languages.source.lowercase()},
                                              {"training", training}});
}

void ModelFolder::write_description(ModelKind kind, const nlohmann::ordered_json& fields) const {
  nlohmann::ordered_json json = {{"format", kind_of(kind).format}, {"version", kFormat}};
  json.update(fields);
  write_file(path_ / "config.json", json.dump(2) + "\n");
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
      "the model in {} is unfinished: {} is missing because its training ended or diverged before "
      "the first validation, see training.csv; resume the training",
      path_.string(), missing);
}

nlohmann::ordered_json ModelFolder::read_config() const {
  const fs::path file = path_ / "config.json";
  std::error_code ignored;
  if (!is_there(path_) || !fs::is_directory(path_, ignored))
    throw Error("there is no model folder {}: check --model", path_.string());
  check_entries();
  if (!is_there(file))
    throw Error("{} contains no model: config.json is missing; check --model, or train a model",
                path_.string());
  const std::string config = read_file(file);
  try {
    return parse_json(config);
  } catch (const Error& error) {
    throw Error("{} {}: the file is damaged", file.string(), error.what());
  }
}

ModelKind ModelFolder::kind() const {
  const bool is_classifier = format_of(read_config()) == kind_of(ModelKind::kClassifier).format;
  const ModelKind kind = is_classifier ? ModelKind::kClassifier : ModelKind::kTranslation;
  read_description(kind);
  return kind;
}

nlohmann::ordered_json ModelFolder::read_description(ModelKind kind) const {
  nlohmann::ordered_json json = read_config();
  const nlohmann::ordered_json format = format_of(json);
  const Kind &wanted = kind_of(kind), &other = other_kind(kind);
  if (format == other.format)
    throw Error("expected {} in {}, got {}: use {}, or another --model", wanted.name,
                path_.string(), other.name, other.command);
  if (format != wanted.format)
    throw Error("{} does not describe {} of alinea", (path_ / "config.json").string(), wanted.name);
  if (json.value("version", nlohmann::ordered_json()) != kFormat)
    throw Error("expected a model of version {} in {}, got version {}: train it again", kFormat,
                path_.string(), json.value("version", nlohmann::ordered_json()).dump());
  return json;
}

void ModelFolder::refuse_fields() const {
  throw Error("expected 'model', 'tokenizer' and 'lowercase' in {}: the file is damaged",
              (path_ / "config.json").string());
}

TextOptions ModelFolder::text_options() const {
  const nlohmann::ordered_json json = read_description(ModelKind::kTranslation);
  try {
    return text_options(json);
  } catch (const nlohmann::json::exception&) {
    refuse_fields();
  }
}

TextOptions ModelFolder::text_options(const nlohmann::ordered_json& json) {
  return {json.at("tokenizer").get<std::string>(),
          json.value("lowercase", false)};  // older ones say nothing of it
}

ModelOptions ModelFolder::model_options(const nlohmann::ordered_json& json) const {
  try {
    return model_options_from_json(json);
  } catch (const Error& error) {
    throw Error("{}: {}", (path_ / "config.json").string(), error.what());
  }
}

TranslationModel ModelFolder::load(Snapshot snapshot) const {
  TranslationModel model = outline();
  load_parameters(model.network->parameters(), snapshot);
  return model;
}

TranslationModel ModelFolder::outline() const {
  const nlohmann::ordered_json json = read_description(ModelKind::kTranslation);
  try {
    const TextOptions text = text_options(json);
    const ModelOptions options = model_options(json.at("model"));
    Languages languages{Language::load(path_, "source", text),
                        Language::load(path_, "target", text)};
    auto network = std::make_unique<EncoderDecoder>(options, languages.sizes(),
                                                    ParameterStore::Gradients::kLater);
    return {std::move(languages), std::move(network)};
  } catch (const nlohmann::json::exception&) {
    refuse_fields();
  } catch (const UsageError& error) {
    throw Error("the options in {} do not describe a valid model: {}",
                (path_ / "config.json").string(), error.what());
  }
}

}  // namespace alinea
