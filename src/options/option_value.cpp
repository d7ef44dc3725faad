#include "options/option_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

#include "support/utf8.h"

namespace alinea {
namespace {

struct Kind {
  const char* name;
  const char* placeholder;
};

// In the order of OptionTarget.
constexpr std::array<Kind, std::variant_size_v<OptionTarget>> kKinds = {{
    {"a whole number", "N"},
    {"a whole number of at least 0", "N"},
    {"a number", "X"},
    {"true or false", ""},
    {"text in UTF-8", "TEXT"},
    {"a path in UTF-8", "PATH"},
    {"a path in UTF-8", "PATH ..."},
}};

template <typename Number>
bool read(const std::string& text, Number& value) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return false;
  if constexpr (std::is_floating_point_v<Number>) {
    if (!std::isfinite(number)) return false;
  }
  value = number;
  return true;
}

bool read(const std::string& text, bool& value) {
  const auto is_text = [&text](const char* word) { return text == word; };
  constexpr std::array kYes = {"true", "yes", "on", "1"};
  constexpr std::array kNo = {"false", "no", "off", "0"};
  const bool yes = std::any_of(kYes.begin(), kYes.end(), is_text);
  if (!yes && std::none_of(kNo.begin(), kNo.end(), is_text)) return false;
  value = yes;
  return true;
}

bool read(const std::string& text, std::string& value) {
  if (!is_valid_text(text)) return false;
  value = text;
  return true;
}

// An empty path names nothing, so there is nothing it could be given for.
bool read(const std::string& text, std::filesystem::path& value) {
  if (text.empty() || !is_valid_text(text)) return false;
  value = text;
  return true;
}

bool read(const std::string& text, Paths& value) {
  std::filesystem::path path;
  if (!read(text, path)) return false;
  value.push_back(path);
  return true;
}

template <typename Value>
std::string write(const Value& value) {
  if constexpr (std::is_same_v<Value, std::filesystem::path>) {
    return value.string();
  } else if constexpr (std::is_same_v<Value, Paths>) {
    std::string text;
    for (const std::filesystem::path& path : value)
      text += (text.empty() ? "" : " ") + path.string();
    return text;
  } else {
    return fmt::format("{}", value);
  }
}

}  // namespace

bool read_value(const OptionTarget& target, const std::string& text) {
  return std::visit([&text](auto* value) { return read(text, *value); }, target);
}

std::optional<std::vector<double>> read_numbers(const std::string& text) {
  std::vector<double> numbers;
  for (size_t begin = 0, end = 0; begin <= text.size(); begin = end + 1) {
    end = std::min(text.find(',', begin), text.size());
    if (!read_value(&numbers.emplace_back(), text.substr(begin, end - begin))) return std::nullopt;
  }
  return numbers;
}

std::string kind_of(const OptionTarget& target) { return kKinds.at(target.index()).name; }

std::string placeholder_of(const OptionTarget& target) {
  return kKinds.at(target.index()).placeholder;
}

bool is_path(const OptionTarget& target) {
  return std::holds_alternative<std::filesystem::path*>(target) ||
         std::holds_alternative<std::vector<std::filesystem::path>*>(target);
}

Paths paths_of(const OptionTarget& target) {
  if (const auto* paths = std::get_if<Paths*>(&target)) return **paths;
  const auto* path = std::get_if<std::filesystem::path*>(&target);
  return path == nullptr || (*path)->empty() ? Paths() : Paths{**path};
}

std::string text_of(const OptionTarget& target) {
  return std::visit([](const auto* value) { return write(*value); }, target);
}

bool read_json_value(const OptionTarget& target, const nlohmann::ordered_json& json) {
  const auto read = [&json, &target](bool has_type) {
    return has_type && read_value(target, json.is_string() ? json.get<std::string>() : json.dump());
  };
  return std::visit(
      [&](auto* value) {
        using Value = std::remove_pointer_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, bool>) return read(json.is_boolean());
        if constexpr (std::is_integral_v<Value>) return read(json.is_number_integer());
        if constexpr (std::is_floating_point_v<Value>) return read(json.is_number());
        return read(json.is_string());
      },
      target);
}

nlohmann::ordered_json json_of(const OptionTarget& target) {
  if (const auto* paths = std::get_if<Paths*>(&target)) {
    std::vector<std::string> texts;
    for (const std::filesystem::path& path : **paths) texts.push_back(path.string());
    return texts.size() == 1 ? nlohmann::ordered_json(texts.front())
                             : nlohmann::ordered_json(texts);
  }
  if (const auto* path = std::get_if<std::filesystem::path*>(&target)) return (*path)->string();
  return std::visit([](const auto* value) { return nlohmann::ordered_json(*value); }, target);
}

}  // namespace alinea
