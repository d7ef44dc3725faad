// Tokens as labels of a picture.
#pragma once

#include <string>
#include <string_view>

namespace alinea {

// `token` as it can be seen and put between XML tags: markup escaped, what XML forbids replaced by
// U+FFFD, and a token that is all white space shown as open boxes.
std::string xml_label(std::string_view token);

// How wide `token` may get, in units of the font size: rather too much than too little, for common
// sans-serif fonts.
double label_width(std::string_view token);

}  // namespace alinea
