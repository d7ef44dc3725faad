// What all HTML pages have in common: colours, light and dark, printing, and the tools above a list
// of sections.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace alinea {

// What a page may load: nothing, or what the server that it comes from answers.
enum class PageAccess { kNone, kServer };

// From the doctype to the heading, `title`, which is markup. `style` goes behind the common rules.
// The page follows the theme of the browser and has a button for the other one, and its content
// security policy forbids what `access` does not allow.
//
// What the script of the head (assets/page.js) does with the page:
// - Two elements or more of class "item" can be searched, and sorted by numbers that they have as
//   data-length, data-score, data-probability, data-entropy or data-aer.
// - The elements with a title in one of class "values" are read by mouse, touch and arrow keys.
//   Where it has data-columns, they are a grid with rows of that many.
std::string page_head(std::string_view title, std::string_view style,
                      PageAccess access = PageAccess::kNone);

// A section of class "item" from its tag to its heading, markup that links to it. `facts` are data
// attributes, as data_attribute makes them; `kind` is one more class.
std::string section_head(std::string_view id, std::string_view heading, std::string_view facts = "",
                         std::string_view kind = "");

// " data-NAME=\"0.25\"", with six digits; nothing for what is no finite number.
std::string data_attribute(std::string_view name, double value);

// The scripts that are not empty, and the end of the page.
std::string page_foot(std::initializer_list<std::string_view> scripts = {});

// Shades and their numbers, from 0 to 1. `name` is markup, what the weights are.
std::string shade_legend(std::string_view name);

}  // namespace alinea
