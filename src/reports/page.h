// What the HTML pages of all reports have in common.
#pragma once

#include <string>
#include <string_view>

namespace alinea {

// From the doctype to the heading, `title`, which is markup. `style` goes behind the common rules,
// `head`, markup as well, to the end of the page's head.
std::string page_head(std::string_view title, std::string_view style, std::string_view head = "");

inline constexpr std::string_view kPageFoot = "</body>\n</html>\n";

}  // namespace alinea
