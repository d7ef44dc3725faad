#include "support/terminal.h"

#include <fmt/format.h>
#include <utf8.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace alinea {

namespace {

struct Range {
  uint32_t first, last;
};

constexpr Range kSteering[] = {
    {0x00, 0x08},      {0x0b, 0x1f},      // control characters but tab and line feed
    {0x7f, 0x9f},                         // DEL, and more control characters
    {0x061c, 0x061c},  {0x200e, 0x200f},  // marks of direction
    {0x2028, 0x202e},                     // ends of lines and paragraphs, embeddings, overrides
    {0x2066, 0x2069},                     // isolates
    {0xe0000, 0xe007f}                    // tags, which show nothing
};

bool steers(uint32_t point) {
  return std::ranges::any_of(kSteering, [point](const Range& range) {
    return point >= range.first && point <= range.last;
  });
}

void append_escape(std::string& to, uint32_t point) {
  if (point < 0x100) {
    fmt::format_to(std::back_inserter(to), "\\x{:02x}", point);
  } else if (point < 0x10000) {
    fmt::format_to(std::back_inserter(to), "\\u{:04x}", point);
  } else {
    fmt::format_to(std::back_inserter(to), "\\U{:08x}", point);
  }
}

}  // namespace

std::string printable(std::string_view text) {
  std::string shown;
  for (auto next = text.begin(); next != text.end();) {
    const auto begin = next;
    try {
      const uint32_t point = utf8::next(next, text.end());
      if (steers(point)) {
        append_escape(shown, point);
      } else {
        shown.append(begin, next);
      }
    } catch (const utf8::exception&) {
      next = std::next(begin);
      append_escape(shown, static_cast<unsigned char>(*begin));
    }
  }
  return shown;
}

void PrintableBuffer::put_control(std::string_view sequence) {
  to_.sputn(sequence.data(), static_cast<std::streamsize>(sequence.size()));
}

PrintableBuffer::int_type PrintableBuffer::overflow(int_type c) {
  if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
  const char byte = traits_type::to_char_type(c);
  return xsputn(&byte, 1) == 1 ? c : traits_type::eof();
}

std::streamsize PrintableBuffer::xsputn(const char* bytes, std::streamsize count) {
  const std::string text = printable({bytes, static_cast<size_t>(count)});
  const auto size = static_cast<std::streamsize>(text.size());
  return to_.sputn(text.data(), size) == size ? count : 0;
}

void put_control(std::ostream& out, std::string_view sequence) {
  if (auto* buffer = dynamic_cast<PrintableBuffer*>(out.rdbuf())) {
    buffer->put_control(sequence);
  } else {
    out << sequence;
  }
}

}  // namespace alinea
