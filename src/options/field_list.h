// The fields of a part of the program, declared once. From the list come the command line, help,
// manual pages, completion, range checks, JSON both ways and the record of a resume.
//
//   struct LengthOptions {
//     int64_t epochs = 10;
//     void visit(FieldList& fields) {
//       fields.group("Length").add("epochs", epochs, "passes over the data").range(1, 1000);
//     }
//   };
//
// The variables hold the defaults and must outlive the list.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "options/option_value.h"

namespace alinea {

struct Field {
  std::string name;  // as on the command line, without "--"; JSON has _ for -
  std::string help;
  OptionTarget target;
  bool is_required = false;
  bool is_output = false;
  std::string group = {};
  std::string expected = {};  // "a whole number from 1 to 64"
  std::vector<std::function<bool()>> checks = {};
  std::vector<std::string> choices = {};
  // Of a choice that can be given as a switch: what true and false stand for; else empty.
  std::string on = {}, off = {};
  bool is_newer = false;  // saved models of older versions do not have it
  enum class Where { kEverywhere, kCommandLine, kFiles } where = Where::kEverywhere;
  // Another field, and the values of it that this one belongs to; without values, whatever sets it.
  // Or anything else, in words.
  struct Need {
    std::string field;
    std::vector<std::string> values;
    std::function<bool()> holds = {};

    bool is_met_by(const OptionTarget& option) const;
  };
  std::vector<Need> needs = {};

  bool is_valid() const;
  bool is_switch() const { return std::holds_alternative<bool*>(target) || !on.empty(); }
  // Sets the variable; false where the text, or the JSON value, is none of its type.
  bool read(const std::string& text) const;
  bool read_json(const nlohmann::ordered_json& json) const;
  nlohmann::ordered_json json() const;
};

class FieldList {
 public:
  // The title that the fields below stand under.
  FieldList& group(std::string title);

  // T is int64_t, uint64_t, double, bool, std::string, std::filesystem::path or Paths,
  // which may be given several times.
  template <class T>
  FieldList& add(std::string name, T& value, std::string help) {
    return declare({std::move(name), std::move(help), &value, /*is_required=*/false});
  }

  // As add, and refused when absent.
  template <class T>
  FieldList& required(std::string name, T& value, std::string help) {
    return declare({std::move(name), std::move(help), &value, /*is_required=*/true});
  }

  // As add for a value that is one of a few.
  FieldList& choice(std::string name, std::string& value, std::vector<std::string> choices,
                    std::string help);

  // The choice added last may be given as a switch, too: --NAME is `on` and --no-NAME is `off`. In
  // files these two are true and false, as they were before there were other choices.
  FieldList& as_switch(std::string on, std::string off);

  // What the field added last accepts, both ends included. A max that is the largest value of its
  // type (or infinity) is no limit.
  template <class T>
  FieldList& range(T min, T max) {
    if constexpr (std::is_floating_point_v<T>) {
      return limit(static_cast<double>(min), static_cast<double>(max));
    } else {
      return limit(static_cast<int64_t>(min), static_cast<int64_t>(max));
    }
  }

  // Any other check of the field added last: holds looks at the variable, expected says what is
  // accepted ("a number above 0").
  FieldList& expect(std::string expected, std::function<bool()> holds);

  // The path field added last names what is written; all others name what is read.
  FieldList& output();

  // The field added last is an option alone, as another name of a field is, or one that only files
  // have.
  FieldList& only_on_command_line();
  FieldList& only_in_files();

  // Files written before the field added last existed keep its default.
  FieldList& newer();

  // The field added last is refused where it is given, unless the other field has one of the
  // values; without values, unless it is set: switched on, not empty, not "none", not 0.
  FieldList& needs(std::string field, std::vector<std::string> values = {});
  // The same unless `holds`, which is what `expected` says ("--encoder or --decoder transformer").
  FieldList& needs_that(std::string expected, std::function<bool()> holds);

  std::span<const Field> fields() const { return fields_; }
  // Whether the field's needs are met. Those about fields that this list does not have are.
  bool is_used(const Field& field) const;

  // Throws UsageError that names the first field whose value is not accepted.
  void check() const;
  // Throws UsageError for a field with one of these names whose needs are not met.
  void check_needs(const std::function<bool(const std::string& name)>& is_given) const;

 protected:
  // None that has the name: null.
  const Field* find(const std::string& name) const;
  // A mistake in the program (std::logic_error) where there is none of that name.
  const Field& field(const std::string& name) const;
  // Names that no field of this list may have.
  void reserve(std::span<const Field> fields);

 private:
  FieldList& declare(Field field);
  FieldList& limit(int64_t min, int64_t max);
  FieldList& limit(double min, double max);

  std::string group_ = "Options";
  std::vector<Field> fields_;
  std::vector<std::string> reserved_;
};

// Every field that files have and its value, in the order of the list.
nlohmann::ordered_json to_json(const FieldList& fields);
// Throws Error that names the first field that is missing, of another type or not accepted.
void read_json(const nlohmann::ordered_json& json, const FieldList& fields);

// The same for a part that declares its fields by visit(FieldList&).
template <class Part>
nlohmann::ordered_json to_json_fields(Part part) {
  FieldList fields;
  part.visit(fields);
  return to_json(fields);
}

// The names in files of the fields that the part's other values leave without a use.
std::vector<std::string> unused_names(const FieldList& fields);

template <class Part>
std::vector<std::string> unused_fields(Part part) {
  FieldList fields;
  part.visit(fields);
  return unused_names(fields);
}

template <class Part>
Part from_json_fields(const nlohmann::ordered_json& json) {
  Part part;
  FieldList fields;
  part.visit(fields);
  read_json(json, fields);
  return part;
}

template <class Part>
void check_fields(Part part) {
  FieldList fields;
  part.visit(fields);
  fields.check();
}

}  // namespace alinea
