#include "options/field_list.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "support/error.h"

namespace alinea {
namespace {

template <typename Number>
std::string limits_text(const std::string& kind, Number min, Number max) {
  const bool open =
      max == std::numeric_limits<Number>::max() || max == std::numeric_limits<Number>::infinity();
  return open ? fmt::format("{} of at least {}", kind, min)
              : fmt::format("{} from {} to {}", kind, min, max);
}

// A file may have any name: "none", too.
bool is_set(const OptionTarget& target) {
  const std::string value = text_of(target);
  if (is_path(target)) return !value.empty();
  return !value.empty() && value != "false" && value != "none" && value != "0";
}

std::string json_name(std::string name) {
  std::ranges::replace(name, '-', '_');
  return name;
}

}  // namespace

bool Field::Need::is_met_by(const OptionTarget& option) const {
  if (values.empty()) return is_set(option);
  return std::ranges::find(values, text_of(option)) != values.end();
}

bool Field::is_valid() const {
  return std::ranges::all_of(checks, [](const std::function<bool()>& check) { return check(); });
}

bool Field::read(const std::string& text) const {
  bool is_on = false;
  if (on.empty() || !read_value(&is_on, text)) return read_value(target, text);
  return read_value(target, is_on ? on : off);
}

bool Field::read_json(const nlohmann::ordered_json& json) const {
  if (!on.empty() && json.is_boolean()) return read(json.dump());
  return read_json_value(target, json);
}

nlohmann::ordered_json Field::json() const {
  const std::string value = text_of(target);
  if (!on.empty() && (value == on || value == off)) return value == on;
  return json_of(target);
}

FieldList& FieldList::group(std::string title) {
  group_ = std::move(title);
  return *this;
}

FieldList& FieldList::declare(Field field) {
  if (std::ranges::find(fields_, field.name, &Field::name) != fields_.end() ||
      std::ranges::find(reserved_, field.name) != reserved_.end())
    throw std::logic_error("field declared twice: " + field.name);
  field.group = group_;
  field.expected = kind_of(field.target);
  fields_.push_back(std::move(field));
  return *this;
}

void FieldList::reserve(std::span<const Field> fields) {
  for (const Field& field : fields) reserved_.push_back(field.name);
}

FieldList& FieldList::choice(std::string name, std::string& value, std::vector<std::string> choices,
                             std::string help) {
  const std::string list = fmt::format("{}", fmt::join(choices, ", "));
  add(std::move(name), value, fmt::format("{}: one of {}", help, list));
  fields_.back().choices = choices;
  return expect("one of " + list, [&value, known = std::move(choices)] {
    return std::find(known.begin(), known.end(), value) != known.end();
  });
}

FieldList& FieldList::as_switch(std::string on, std::string off) {
  if (fields_.back().choices.empty())
    throw std::logic_error("no choice to be a switch: " + fields_.back().name);
  fields_.back().on = std::move(on);
  fields_.back().off = std::move(off);
  return *this;
}

FieldList& FieldList::expect(std::string expected, std::function<bool()> holds) {
  fields_.back().expected = std::move(expected);
  fields_.back().checks.push_back(std::move(holds));
  return *this;
}

FieldList& FieldList::output() {
  if (!is_path(fields_.back().target))
    throw std::logic_error("no path to write to: " + fields_.back().name);
  fields_.back().is_output = true;
  return *this;
}

FieldList& FieldList::only_on_command_line() {
  fields_.back().where = Field::Where::kCommandLine;
  return *this;
}

FieldList& FieldList::only_in_files() {
  fields_.back().where = Field::Where::kFiles;
  return *this;
}

FieldList& FieldList::newer() {
  fields_.back().is_newer = true;
  return *this;
}

FieldList& FieldList::needs(std::string field, std::vector<std::string> values) {
  fields_.back().needs.push_back({std::move(field), std::move(values)});
  return *this;
}

FieldList& FieldList::needs_that(std::string expected, std::function<bool()> holds) {
  fields_.back().needs.push_back({std::move(expected), {}, std::move(holds)});
  return *this;
}

const Field* FieldList::find(const std::string& name) const {
  const auto found = std::ranges::find(fields_, name, &Field::name);
  return found == fields_.end() ? nullptr : &*found;
}

const Field& FieldList::field(const std::string& name) const {
  const Field* found = find(name);
  if (found == nullptr) throw std::logic_error("no field is called " + name);
  return *found;
}

bool FieldList::is_used(const Field& field) const {
  return std::ranges::all_of(field.needs, [this](const Field::Need& need) {
    if (need.holds) return need.holds();
    const Field* other = find(need.field);
    return other == nullptr || need.is_met_by(other->target);
  });
}

FieldList& FieldList::limit(int64_t min, int64_t max) {
  const OptionTarget target = fields_.back().target;
  if (const auto* number = std::get_if<int64_t*>(&target)) {
    return expect(limits_text("a whole number", min, max),
                  [=, value = *number] { return *value >= min && *value <= max; });
  }
  if (const auto* number = std::get_if<uint64_t*>(&target)) {
    return expect(limits_text("a whole number", min, max), [=, value = *number] {
      return std::cmp_greater_equal(*value, min) && std::cmp_less_equal(*value, max);
    });
  }
  return limit(static_cast<double>(min), static_cast<double>(max));
}

FieldList& FieldList::limit(double min, double max) {
  double* value = std::get<double*>(fields_.back().target);
  return expect(limits_text("a number", min, max), [=] { return *value >= min && *value <= max; });
}

void FieldList::check() const {
  for (const Field& field : fields_)
    if (!field.is_valid())
      throw UsageError("expected {} to be {}, got '{}'", field.name, field.expected,
                       text_of(field.target));
}

void FieldList::check_needs(const std::function<bool(const std::string& name)>& is_given) const {
  for (const Field& field : fields_) {
    if (field.needs.empty() || !is_given(field.name)) continue;
    for (const Field::Need& need : field.needs) {
      if (need.holds && !need.holds()) throw UsageError("--{} requires {}", field.name, need.field);
      if (need.holds) continue;
      const OptionTarget& target = this->field(need.field).target;
      if (need.is_met_by(target)) continue;
      if (need.values.empty()) throw UsageError("--{} requires --{}", field.name, need.field);
      throw UsageError("--{} requires --{} {}, but that is {}", field.name, need.field,
                       fmt::join(need.values, " or "), text_of(target));
    }
  }
}

nlohmann::ordered_json to_json(const FieldList& fields) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const Field& field : fields.fields())
    if (field.where != Field::Where::kCommandLine) json[json_name(field.name)] = field.json();
  return json;
}

std::vector<std::string> unused_names(const FieldList& fields) {
  std::vector<std::string> names;
  for (const Field& field : fields.fields())
    if (!fields.is_used(field)) names.push_back(json_name(field.name));
  return names;
}

void read_json(const nlohmann::ordered_json& json, const FieldList& fields) {
  if (!json.is_object()) throw Error("expected a JSON object, got {}", json.dump());
  for (const Field& field : fields.fields()) {
    if (field.where == Field::Where::kCommandLine) continue;
    const std::string name = json_name(field.name);
    const auto found = json.find(name);
    if (found == json.end() && field.is_newer) continue;
    if (found == json.end() || !field.read_json(*found))
      throw Error("expected '{}' to be {}, got {}", name, field.expected,
                  found == json.end() ? "nothing" : found->dump());
    if (!field.is_valid())
      throw Error("expected '{}' to be {}, got {}", name, field.expected, found->dump());
  }
}

}  // namespace alinea
