// What the HTML pages of all reports have in common.
#pragma once

#include <string>
#include <string_view>

namespace alinea {

// From the doctype to the heading, `title`, which is markup. `style` goes behind the common rules.
std::string page_head(std::string_view title, std::string_view style);

inline constexpr std::string_view kPageFoot = "</body>\n</html>\n";

}  // namespace alinea
