#include "models/averaging.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "models/parameter_tensors.h"
#include "storage/atomic_file.h"
#include "support/error.h"

namespace alinea {

namespace {

using nlohmann::ordered_json;

// What a description says of how the model came to be, not of what it computes.
constexpr const char* kHistory[] = {"training", "averaged"};

ordered_json description(const ModelFolder& folder) {
  ordered_json json = folder.read_description(folder.kind());
  for (const char* field : kHistory) json.erase(field);
  return json.flatten();
}

void check_same_files(const ModelFolder& first, const ModelFolder& other) {
  const std::vector<std::string> files = first.text_files();
  if (files != other.text_files())
    throw Error(
        "{} and {} have different files in addition to their parameters: give models of the same "
        "kind",
        first.path().string(), other.path().string());
  for (const std::string& file : files)
    if (read_file(first.path() / file) != read_file(other.path() / file))
      throw Error("{} and {} differ in {}: give models that were trained with the same one",
                  first.path().string(), other.path().string(), file);
}

}  // namespace

void check_same_model(const ModelFolder& first, const ModelFolder& other) {
  const ordered_json mine = description(first), theirs = description(other);
  std::set<std::string> fields;
  for (const ordered_json& json : {mine, theirs})
    for (const auto& [field, value] : json.items()) fields.insert(field);
  for (const std::string& field : fields) {
    const ordered_json a = mine.value(field, ordered_json()),
                       b = theirs.value(field, ordered_json());
    if (a != b)
      throw Error("{} and {} differ in {}, {} and {}: give models with the same configuration",
                  first.path().string(), other.path().string(), field.substr(1), a.dump(),
                  b.dump());
  }
  check_same_files(first, other);
}

void average_parameters(std::span<const std::filesystem::path> files, ParameterStore& parameters) {
  std::vector<double> sum;
  for (const std::filesystem::path& file : files) {
    read_parameters(file, parameters);
    sum.resize(parameters.values().size());
    std::ranges::transform(sum, parameters.values(), sum.begin(), std::plus<>());
  }
  const auto count = static_cast<double>(files.size());
  std::ranges::transform(sum, parameters.values().begin(),
                         [=](double value) { return static_cast<float>(value / count); });
  parameters.changed();
}

void copy_description(const ModelFolder& from, const ModelFolder& to, const ordered_json& field) {
  for (const std::string& file : from.text_files())
    write_file(to.path() / file, read_file(from.path() / file));
  ordered_json json = from.read_description(from.kind());
  json.update(field);
  to.write_description(from.kind(), json);
}

}  // namespace alinea
