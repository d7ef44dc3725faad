// Characters that HTML writes by name or number: &amp; &eacute; &#233; &#xe9;
#pragma once

#include <string>
#include <string_view>

namespace alinea {

// Replaces the named entities of HTML 4 and those by number, each up to its semicolon, once:
// "&amp;lt;" becomes "&lt;". Anything else stays as it is, and so do numbers that are no
// character. text is valid UTF-8, and so is the result.
std::string decode_html_entities(std::string_view text);

}  // namespace alinea
