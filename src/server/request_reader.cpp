#include "server/request_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <variant>

#include "options/suggestion.h"
#include "server/request_error.h"
#include "storage/json.h"
#include "support/error.h"
#include "support/utf8.h"

namespace alinea {

namespace {

using Json = nlohmann::ordered_json;

// As it is to be quoted: short.
std::string quoted(const Json& json) {
  constexpr size_t kMost = 80;  // bytes
  const std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
  return text.size() <= kMost ? text : text.substr(0, kMost) + "...";
}

[[noreturn]] void refuse(const std::string& name, std::string_view expected, const Json& got) {
  throw RequestError(Status::kBadRequest, "expected '{}' to be {}, got {}", name, expected,
                     quoted(got));
}

std::string text_of(const std::string& name, std::string_view expected, const Json& json,
                    const Json& whole) {
  if (!json.is_string()) refuse(name, expected, whole);
  std::string text = json.get<std::string>();
  if (!is_valid_text(text)) refuse(name, "text without NUL", json);
  return text;
}

std::vector<std::string> list_of(const std::string& name, std::string_view expected,
                                 const Json& json, const Json& whole) {
  if (!json.is_array()) refuse(name, expected, whole);
  std::vector<std::string> texts;
  for (const Json& text : json) texts.push_back(text_of(name, expected, text, whole));
  return texts;
}

Json type_of(const OptionTarget& target) {
  if (std::holds_alternative<bool*>(target)) return "boolean";
  if (std::holds_alternative<double*>(target)) return "number";
  if (std::holds_alternative<int64_t*>(target) || std::holds_alternative<uint64_t*>(target))
    return "integer";
  return "string";
}

}  // namespace

Json request_json(std::string_view text) {
  std::array<size_t, kDeepestJson + 2> members{};  // of the open object at each depth
  const auto count = [&](int depth, Json::parse_event_t event, const Json&) {
    const auto level = static_cast<size_t>(depth);
    // The members of an object are a level deeper than itself.
    if (event == Json::parse_event_t::object_start) members[level + 1] = 0;
    if (event == Json::parse_event_t::key && ++members[level] > kMostMembers)
      throw RequestError(Status::kBadRequest,
                         "expected objects of at most {} members, got one with more", kMostMembers);
    return true;
  };
  try {
    return parse_json(text, count);
  } catch (const Error& error) {
    throw RequestError(Status::kBadRequest, "expected JSON, but the request {}", error.what());
  }
}

std::string member_name(const Field& field) {
  std::string name = field.name;
  std::ranges::replace(name, '-', '_');
  return name;
}

RequestReader::RequestReader(const Json& object) : object_(object) {
  if (!object.is_object())
    throw RequestError(Status::kBadRequest, "expected a JSON object, got {}", quoted(object));
}

const Json* RequestReader::value(const std::string& name) {
  known_.push_back(name);
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

bool RequestReader::has(const std::string& name) { return value(name) != nullptr; }

std::optional<std::string> RequestReader::optional_text(const std::string& name) {
  const Json* const json = value(name);
  if (json == nullptr) return std::nullopt;
  return text_of(name, "a text", *json, *json);
}

std::string RequestReader::text(const std::string& name) {
  std::optional<std::string> text = optional_text(name);
  if (!text) throw RequestError(Status::kBadRequest, "expected '{}', a text", name);
  return *std::move(text);
}

bool RequestReader::flag(const std::string& name) {
  const Json* const json = value(name);
  if (json == nullptr) return false;
  if (!json->is_boolean()) refuse(name, "true or false", *json);
  return json->get<bool>();
}

std::vector<std::string> RequestReader::texts(const std::string& name) {
  constexpr std::string_view kExpected = "a text or a list of texts";
  const Json* const json = value(name);
  if (json == nullptr)
    throw RequestError(Status::kBadRequest, "expected '{}', {}", name, kExpected);
  if (json->is_string()) return {text_of(name, kExpected, *json, *json)};
  has_list_ = true;
  return list_of(name, kExpected, *json, *json);
}

std::vector<std::string> RequestReader::texts(const std::string& name, size_t count) {
  if (!has(name)) return {};
  std::vector<std::string> texts = this->texts(name);
  if (texts.size() != count)
    throw RequestError(Status::kBadRequest, "expected '{}' to have one text for each of {}, got {}",
                       name, count, texts.size());
  return texts;
}

std::vector<std::vector<std::string>> RequestReader::lists(const std::string& name, size_t count) {
  const Json* const json = value(name);
  if (json == nullptr) return {};
  const std::string expected = fmt::format("a list of texts for each of {} texts{}", count,
                                           count == 1 ? ", or one list" : "");
  if (!json->is_array()) refuse(name, expected, *json);
  const bool is_one = std::ranges::all_of(*json, [](const Json& item) { return item.is_string(); });
  if (is_one && count == 1) return {list_of(name, expected, *json, *json)};
  if (json->size() != count) refuse(name, expected, *json);
  has_list_ = true;
  std::vector<std::vector<std::string>> lists;
  for (const Json& list : *json) lists.push_back(list_of(name, expected, list, *json));
  return lists;
}

void RequestReader::read(const FieldList& fields) {
  const auto is_given = [&](const std::string& name) {
    return std::ranges::any_of(fields.fields(), [&](const Field& field) {
      return field.name == name && value(member_name(field)) != nullptr;
    });
  };
  for (const Field& field : fields.fields()) {
    const std::string name = member_name(field);
    const Json* const json = value(name);
    if (json == nullptr) continue;
    if (!field.read_json(*json) || !field.is_valid()) refuse(name, field.expected, *json);
  }
  for (const Field& field : fields.fields())
    for (const Field::Need& need : field.needs)
      if (is_given(field.name) && !is_given(need.field))
        throw RequestError(Status::kBadRequest, "'{}' requires '{}'", member_name(field),
                           need.field);
}

void RequestReader::finish() const {
  for (const auto& [name, json] : object_.items())
    if (std::ranges::find(known_, name) == known_.end())
      throw RequestError(Status::kBadRequest, "there is no member '{}' here{}", name.substr(0, 80),
                         suggestion(name.substr(0, 80), known_));
}

Json schema_of(const FieldList& fields) {
  Json properties = Json::object();
  for (const Field& field : fields.fields()) {
    Json& property = properties[member_name(field)];
    property["type"] = type_of(field.target);
    property["description"] = fmt::format("{} ({})", field.help, field.expected);
    property["default"] = field.json();
    if (!field.choices.empty()) property["enum"] = field.choices;
  }
  return properties;
}

}  // namespace alinea
