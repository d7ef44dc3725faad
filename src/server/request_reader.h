// The members of a request's JSON object, read one by one; what nobody reads is refused.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "options/field_list.h"

namespace alinea {

// No request needs half as many members. An object finds a member by looking at all before it, so
// that one of many takes quadratic time.
inline constexpr size_t kMostMembers = 100;

// Throws RequestError kBadRequest for what is no JSON in UTF-8, for what is nested too deep, and
// for objects of more than kMostMembers.
nlohmann::ordered_json request_json(std::string_view text);

class RequestReader {
 public:
  // Throws RequestError for what is no object. The object must outlive the reader.
  explicit RequestReader(const nlohmann::ordered_json& object);

  // All of these throw RequestError kBadRequest that names the member, what was expected of it and
  // what came.
  bool has(const std::string& name);
  std::string text(const std::string& name);  // required
  std::optional<std::string> optional_text(const std::string& name);
  bool flag(const std::string& name);                       // false where it is absent
  std::vector<std::string> texts(const std::string& name);  // required: a text or a list of them
  // A text or a list of them, as many as `count`; none where it is absent. One text belongs to one.
  std::vector<std::string> texts(const std::string& name, size_t count);
  // A list of texts for each of `count`, or one list where that is 1.
  std::vector<std::vector<std::string>> lists(const std::string& name, size_t count);
  // Any value, or nullptr.
  const nlohmann::ordered_json* value(const std::string& name);

  // Whether a member that was read has texts, or lists of them, for more than one answer.
  bool has_list() const { return has_list_; }

  // Those of the list that are there, by their names with _ in the place of -.
  void read(const FieldList& fields);

  // Throws RequestError for a member that was not asked for.
  void finish() const;

 private:
  const nlohmann::ordered_json& object_;
  std::vector<std::string> known_;
  bool has_list_ = false;
};

// As JSON has the name of a field.
std::string member_name(const Field& field);

// The schema of the fields (OpenAPI 3, "properties").
nlohmann::ordered_json schema_of(const FieldList& fields);

}  // namespace alinea
