// Numbers of a checkpoint, which others may have written: whatever the JSON holds, what is read is
// in its range, so that no later sum overflows.
#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <type_traits>

#include "support/error.h"

namespace alinea {

inline constexpr int64_t kLargestCount = int64_t{1} << 53;  // exact as a double too
inline constexpr double kAnyFigure = std::numeric_limits<double>::max();

// The field `name` of an object. Throws Error where it is absent, of another type, or not from min
// to max.
template <typename Number>
Number number_field(const nlohmann::json& json, const char* name, Number min, Number max) {
  const auto found = json.find(name);  // none where this is no object
  const bool has_type =
      found != json.end() &&
      (std::is_floating_point_v<Number> ? found->is_number() : found->is_number_integer());
  // Compared as doubles, because an unsigned number may be above the largest int64_t.
  const double value = has_type ? found->template get<double>() : 0;
  if (!has_type || value < static_cast<double>(min) || value > static_cast<double>(max))
    throw Error("expected '{}' to be a number from {} to {}, got {}", name, min, max,
                has_type ? found->dump() : "none");
  return found->template get<Number>();
}

inline int64_t count_field(const nlohmann::json& json, const char* name) {
  return number_field<int64_t>(json, name, 0, kLargestCount);
}

// null, which stands for none, or any number.
inline std::optional<double> optional_figure(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  if (found != json.end() && found->is_null()) return std::nullopt;
  return number_field(json, name, -kAnyFigure, kAnyFigure);
}

}  // namespace alinea
