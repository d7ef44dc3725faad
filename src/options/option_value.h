// The types an option may have, and how their values are read and written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace alinea {

// Where the value of an option lives.
using Paths = std::vector<std::filesystem::path>;  // of an option that may be given again
using OptionTarget =
    std::variant<int64_t*, uint64_t*, double*, bool*, std::string*, std::filesystem::path*, Paths*>;

// Reads the whole of text into the target; false, with the target as it was, where it does not fit.
// Numbers are finite and have no spaces around them, text is UTF-8, a bool is true, yes, on, 1 or
// false, no, off, 0. What is read joins the paths that are there.
bool read_value(const OptionTarget& target, const std::string& text);

// Numbers as read_value takes them, commas between them; nothing where the text is no such list.
std::optional<std::vector<double>> read_numbers(const std::string& text);

// "a whole number", "a path", ...
std::string kind_of(const OptionTarget& target);
// What stands for the value in the help: "N", "PATH", ...
std::string placeholder_of(const OptionTarget& target);
bool is_path(const OptionTarget& target);
// What was given for an option that is a path or several; nothing for any other.
Paths paths_of(const OptionTarget& target);
// The value in the form that read_value takes.
std::string text_of(const OptionTarget& target);
// Reads a JSON value of the target's type, as read_value does: 1.5 is no whole number, true is no
// number.
bool read_json_value(const OptionTarget& target, const nlohmann::ordered_json& json);
// A list of one path is that path.
nlohmann::ordered_json json_of(const OptionTarget& target);

}  // namespace alinea
