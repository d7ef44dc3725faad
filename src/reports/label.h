// Tokens as labels of a picture.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace alinea {

// `token` as it can be seen and put between XML tags: markup escaped, what XML forbids replaced by
// U+FFFD, and a token that is all white space shown as open boxes.
std::string xml_label(std::string_view token);

// How wide `token` may get, in units of the font size: rather too much than too little, for common
// sans-serif fonts.
double label_width(std::string_view token);

// Whether the first letter of `token` is of a script from right to left. Special symbols such as
// </s>, which begin with a letter from left to right, are not.
bool is_right_to_left(std::string_view token);

// "rtl" where most tokens are from right to left, else "ltr": the direction of a line of them. Each
// token has a direction of its own, so that </s> stays </s> in Arabic.
const char* text_direction(const std::vector<std::string>& tokens);

}  // namespace alinea
