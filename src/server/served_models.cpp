#include "server/served_models.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "support/error.h"
#include "support/utf8.h"

namespace alinea {

namespace {

struct NamedFolders {
  std::string name;
  Paths folders;
};

// Of the path, or of the folder itself where it is named as one of the dots.
std::string last_part(std::filesystem::path folder) {
  if (!folder.has_filename()) folder = folder.parent_path();
  if (folder.filename() == "." || folder.filename() == "..") {
    std::error_code error;  // of a folder that is not there, which is told where it is loaded
    const std::filesystem::path real = std::filesystem::canonical(folder, error);
    if (!error) folder = real;
  }
  return folder.filename().string();
}

NamedFolders parse(const std::string& given) {
  const size_t equals = given.find('=');
  if (equals != std::string::npos && equals > 0 && equals + 1 < given.size())
    return {given.substr(0, equals), {given.substr(equals + 1)}};
  if (given.empty() || equals != std::string::npos)
    throw UsageError("--model: expected NAME=FOLDER, got {:?}", given);
  const std::string name = last_part(given);
  if (name.empty())
    throw UsageError("--model: expected NAME=FOLDER, since the folder has no name, got {:?}",
                     given);
  return {name, {given}};
}

}  // namespace

ServedModels ServedModels::load(const std::vector<std::string>& given,
                                const ServiceOptions& options) {
  std::vector<NamedFolders> named;
  for (const std::string& text : given) {
    NamedFolders next = parse(text);
    const auto same = std::ranges::find(named, next.name, &NamedFolders::name);
    if (same == named.end()) {
      named.push_back(std::move(next));
    } else {
      same->folders.push_back(next.folders.front());
    }
  }
  std::vector<std::unique_ptr<Service>> models;
  models.reserve(named.size());
  for (const NamedFolders& next : named)
    models.push_back(load_service(next.name, next.folders, options));
  return ServedModels(std::move(models));
}

nlohmann::ordered_json ServedModels::json() const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& model : models_) {
    nlohmann::ordered_json json = {
        {"name", model->name()}, {"kind", model->kind()}, {"paths", model->paths()}};
    json.update(model->description());
    list.push_back(std::move(json));
  }
  return {{"models", std::move(list)}};
}

bool ServedModels::answers(const Service& model, std::string_view path) {
  return std::ranges::count(model.paths(), path) > 0;
}

void ServedModels::fail_to_find(const std::string& name, const std::vector<std::string>& names) {
  if (names.empty()) throw RequestError(Status::kNotFound, "no model is served that answers this");
  throw RequestError(Status::kNotFound, "expected 'model' to be one of {}, got '{}'",
                     fmt::join(names, ", "), name.substr(0, 80));
}

}  // namespace alinea
