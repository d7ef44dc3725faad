#include "text/html_entities.h"

#include <libxml/HTMLparser.h>
#include <utf8.h>

#include <charconv>
#include <iterator>
#include <optional>

namespace alinea {

namespace {

constexpr size_t kLongestEntity = 12;  // between & and ;

bool is_character(uint32_t point) {
  return point > 0 && point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
}

// number: what follows the "#"
std::optional<uint32_t> numbered(std::string_view number) {
  const bool is_hexadecimal = number.starts_with('x') || number.starts_with('X');
  if (is_hexadecimal) number.remove_prefix(1);
  uint32_t point = 0;
  const char* const end = number.data() + number.size();
  const auto [rest, error] = std::from_chars(number.data(), end, point, is_hexadecimal ? 16 : 10);
  if (error != std::errc() || rest != end || !is_character(point)) return std::nullopt;
  return point;
}

// name: what stands between "&" and ";"
std::optional<uint32_t> code_point(std::string_view name) {
  if (name.starts_with('#')) return numbered(name.substr(1));
  const std::string text(name);
  const htmlEntityDesc* const entity =
      htmlEntityLookup(reinterpret_cast<const xmlChar*>(text.c_str()));
  return entity == nullptr ? std::nullopt : std::optional<uint32_t>(entity->value);
}

}  // namespace

std::string decode_html_entities(std::string_view text) {
  std::string decoded;
  for (size_t at = text.find('&'); at != std::string_view::npos; at = text.find('&')) {
    decoded += text.substr(0, at);
    text.remove_prefix(at);
    const size_t end = text.substr(0, kLongestEntity + 2).find(';');
    const auto point =
        end == std::string_view::npos ? std::nullopt : code_point(text.substr(1, end - 1));
    if (point) {
      utf8::append(static_cast<char32_t>(*point), std::back_inserter(decoded));
    } else {
      decoded += '&';
    }
    text.remove_prefix(point ? end + 1 : 1);
  }
  return decoded += text;
}

}  // namespace alinea
