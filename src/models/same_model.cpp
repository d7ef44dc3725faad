#include "models/same_model.h"

#include <set>
#include <string>

#include "models/model.h"
#include "storage/atomic_file.h"

namespace alinea {

namespace {

using nlohmann::ordered_json;

// With all fields that this version has, whichever wrote it.
ordered_json complete_description(const ModelFolder& folder) {
  const std::unique_ptr<Model> model = kind_of(folder).outline(folder);
  ordered_json json = {{"format", model->format()}};
  json.update(model->description());
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
  const ordered_json mine = complete_description(first), theirs = complete_description(other);
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

}  // namespace alinea
