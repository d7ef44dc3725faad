// Bodies of forms: application/x-www-form-urlencoded (WHATWG URL, section 5.1).
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace alinea {

bool is_form(std::string_view content_type);

// As an object whose members are texts, or lists of them where a name comes again. Throws
// RequestError kBadRequest for what is no text, and for more than kMostMembers names.
nlohmann::ordered_json parse_form(std::string_view body);

}  // namespace alinea
