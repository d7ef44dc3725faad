#include "reports/label.h"

#include <unicode/uchar.h>
#include <utf8.h>

#include <algorithm>
#include <iterator>

namespace alinea {

namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kOpenBox = 0x2423;

// The characters that can be drawn: the same for the label and for its width.
std::u32string visible(std::string_view token) {
  std::string valid;
  utf8::replace_invalid(token.begin(), token.end(), std::back_inserter(valid), kReplacement);
  std::u32string points;
  utf8::utf8to32(valid.begin(), valid.end(), std::back_inserter(points));
  const auto is_space = [](char32_t point) {
    return u_isUWhiteSpace(static_cast<UChar32>(point)) != 0;
  };
  if (std::ranges::all_of(points, is_space)) std::ranges::fill(points, kOpenBox);
  // XML 1.0 has no control characters but three white ones, and no non-characters.
  std::ranges::replace_if(
      points,
      [](char32_t point) {
        const bool is_white = point == U'\t' || point == U'\n' || point == U'\r';
        return (point < 0x20 && !is_white) || (point | 1) == 0xFFFF;
      },
      kReplacement);
  return points;
}

double character_width(char32_t point) {
  const auto code = static_cast<UChar32>(point);
  const int category = U_GET_GC_MASK(code);
  if ((category & (U_GC_MN_MASK | U_GC_ME_MASK)) != 0) return 0;
  const auto east_asian = u_getIntPropertyValue(code, UCHAR_EAST_ASIAN_WIDTH);
  if (east_asian == U_EA_WIDE || east_asian == U_EA_FULLWIDTH) return 1.05;
  if (point < 0x80) {
    const std::string_view narrow = "!'(),./:;I[\\]fijlrt| ";
    const std::string_view broad = "%&@MWmw";
    const char letter = static_cast<char>(point);
    if (narrow.find(letter) != std::string_view::npos) return 0.45;
    if (broad.find(letter) != std::string_view::npos) return 1.02;
  }
  // Beyond the European and Semitic alphabets letters tend to be broad.
  const bool is_broad_script = point >= 0x0700 && !(point >= 0x1E00 && point < 0x2070);
  if (is_broad_script) return 1.05;
  return (category & (U_GC_LU_MASK | U_GC_S_MASK)) != 0 ? 0.85 : 0.68;
}

}  // namespace

std::string xml_label(std::string_view token) {
  std::string label;
  for (const char32_t point : visible(token)) {
    switch (point) {
      case U'&':
        label += "&amp;";
        break;
      case U'<':
        label += "&lt;";
        break;
      case U'>':
        label += "&gt;";
        break;
      case U'"':
        label += "&quot;";
        break;
      default:
        utf8::append(point, std::back_inserter(label));
    }
  }
  return label;
}

bool is_right_to_left(std::string_view token) {
  for (const char32_t point : visible(token)) {
    const UCharDirection direction = u_charDirection(static_cast<UChar32>(point));
    if (direction == U_LEFT_TO_RIGHT) return false;
    if (direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC) return true;
  }
  return false;
}

const char* text_direction(const std::vector<std::string>& tokens) {
  const auto turned = std::ranges::count_if(
      tokens, [](const std::string& token) { return is_right_to_left(token); });
  return 2 * turned > std::ssize(tokens) ? "rtl" : "ltr";
}

double label_width(std::string_view token) {
  double width = 0;
  for (const char32_t point : visible(token)) width += character_width(point);
  return width;
}

}  // namespace alinea
