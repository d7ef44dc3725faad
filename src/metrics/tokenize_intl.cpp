#include "metrics/tokenize_intl.h"

#include <unicode/uchar.h>
#include <utf8.h>

#include <iterator>

#include "metrics/neighbours.h"

namespace alinea {

namespace {

bool is_in(char32_t point, uint32_t categories) {
  return (U_GET_GC_MASK(static_cast<UChar32>(point)) & categories) != 0;
}
bool is_number(char32_t point) { return is_in(point, U_GC_N_MASK); }
bool is_punctuation(char32_t point) { return is_in(point, U_GC_P_MASK); }
bool is_symbol(char32_t point) { return is_in(point, U_GC_S_MASK); }

std::u32string isolate_symbols(std::u32string_view text) {
  std::u32string spaced;
  for (const char32_t point : text) {
    if (is_symbol(point)) {
      spaced.append({U' ', point, U' '});
    } else {
      spaced += point;
    }
  }
  return spaced;
}

}  // namespace

std::string tokenize_intl(std::string_view text) {
  std::u32string line;
  utf8::utf8to32(text.begin(), text.end(), std::back_inserter(line));
  line = part_neighbours<char32_t>(line, Outside::kBehind, [](char32_t left, char32_t right) {
    return !is_number(left) && is_punctuation(right);
  });
  line = part_neighbours<char32_t>(line, Outside::kBefore, [](char32_t left, char32_t right) {
    return is_punctuation(left) && !is_number(right);
  });
  line = isolate_symbols(line);
  std::string tokens;
  utf8::utf32to8(line.begin(), line.end(), std::back_inserter(tokens));
  return tokens;
}

}  // namespace alinea
