// The models of a server, by name.
#pragma once

#include <fmt/ranges.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/request_error.h"
#include "server/service.h"

namespace alinea {

class ServedModels {
 public:
  explicit ServedModels(std::vector<std::unique_ptr<Service>> models)
      : models_(std::move(models)) {}

  // Loads "NAME=FOLDER" each; the folders of one name are an ensemble. Of "FOLDER" alone the name
  // is the last part of its path. Throws UsageError for what is neither, and as load_service.
  static ServedModels load(const std::vector<std::string>& given, const ServiceOptions& options);

  const std::vector<std::unique_ptr<Service>>& all() const { return models_; }

  // The model of that name, or, where the name is empty, the first of its kind that answers the
  // path, else the first of its kind. Throws RequestError kNotFound where there is none.
  template <class Kind>
  const Kind& find(const std::string& name, std::string_view path) const {
    const Kind* first = nullptr;
    for (const auto& model : models_) {
      const auto* const found = dynamic_cast<const Kind*>(model.get());
      if (found == nullptr || (!name.empty() && model->name() != name)) continue;
      if (!name.empty() || answers(*model, path)) return *found;
      if (first == nullptr) first = found;
    }
    if (first != nullptr) return *first;
    fail_to_find(name, names_of<Kind>());
  }

  template <class Kind>
  std::vector<std::string> names_of() const {
    std::vector<std::string> names;
    for (const auto& model : models_)
      if (dynamic_cast<const Kind*>(model.get()) != nullptr) names.push_back(model->name());
    return names;
  }

  // {"models": [{"name", "kind", "paths", ...}]}
  nlohmann::ordered_json json() const;

 private:
  static bool answers(const Service& model, std::string_view path);
  [[noreturn]] static void fail_to_find(const std::string& name,
                                        const std::vector<std::string>& names);

  std::vector<std::unique_ptr<Service>> models_;
};

}  // namespace alinea
