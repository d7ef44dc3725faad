// A model that is served.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "options/option_value.h"

namespace alinea {

struct ServiceOptions {
  std::string precision = "f32";  // of products with weights
  int64_t max_length = 1000;      // tokens of a text; no limit of documents
};

class Service {
 public:
  explicit Service(std::string name) : name_(std::move(name)) {}
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  virtual ~Service() = default;

  const std::string& name() const { return name_; }
  // What the model is: "translation model".
  virtual std::string_view kind() const = 0;
  // Paths of the requests that it answers: "/translate".
  virtual std::vector<std::string> paths() const = 0;
  // What /models says of it, beside name and paths.
  virtual nlohmann::ordered_json description() const = 0;

 private:
  std::string name_;
};

// The model in the folder, or several that translate together. Throws Error for folders that hold
// no such models, for models that read pictures, sounds or tables, whose files a request would have
// to name on this machine, and for readers.
std::unique_ptr<Service> load_service(const std::string& name, const Paths& folders,
                                      const ServiceOptions& options);

}  // namespace alinea
