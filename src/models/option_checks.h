// What the options of every model are checked by, from the command line or from config.json.
#pragma once

#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/error.h"

namespace alinea {

// What is larger is taken for a mistake.
inline constexpr int64_t kMostLayers = 64;
inline constexpr int64_t kLargestSize = int64_t{1} << 16;

// These throw UsageError that names the option.
inline void check_choice(const char* option, const std::string& value,
                         const std::vector<std::string>& choices) {
  if (std::find(choices.begin(), choices.end(), value) == choices.end())
    throw UsageError("expected --{} to be one of {}, got '{}'", option, fmt::join(choices, ", "),
                     value);
}

inline void check_size(const char* option, int64_t value, int64_t most) {
  if (value < 1 || value > most)
    throw UsageError("expected --{} to be between 1 and {}, got {}", option, most, value);
}

inline void check_share(const char* option, double value) {
  if (!(value >= 0 && value < 1))
    throw UsageError("expected --{} to be at least 0 and below 1, got {}", option, value);
}

// Takes the fields of a configuration one by one.
class FieldReader {
 public:
  explicit FieldReader(const nlohmann::ordered_json& json) : json_(json) {}

  // Throws Error where the field is missing or of another type.
  template <typename Field>
  void operator()(const char* name, Field& field) const {
    const auto found = json_.find(name);
    if (found == json_.end() || !has_type_of(field, *found))
      throw Error("expected a valid '{}' in the model's configuration", name);
    found->get_to(field);
  }
  // A field that models of older versions do not have: they keep what `field` is.
  template <typename Field>
  void optional(const char* name, Field& field) const {
    if (json_.contains(name)) (*this)(name, field);
  }

 private:
  // get_to would turn 1.5 into 1 and true into 1.
  static bool has_type_of(int64_t /*field*/, const nlohmann::ordered_json& json) {
    return json.is_number_integer();
  }
  static bool has_type_of(double /*field*/, const nlohmann::ordered_json& json) {
    return json.is_number();
  }
  static bool has_type_of(bool /*field*/, const nlohmann::ordered_json& json) {
    return json.is_boolean();
  }
  static bool has_type_of(const std::string& /*field*/, const nlohmann::ordered_json& json) {
    return json.is_string();
  }

  const nlohmann::ordered_json& json_;
};

}  // namespace alinea
