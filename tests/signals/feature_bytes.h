// Files of features, byte by byte, written with no code of the program under test.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace alinea {

template <typename T>
std::string bytes_of_number(T value, std::endian order = std::endian::little) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));
  return order == std::endian::little ? bytes : std::string(bytes.rbegin(), bytes.rend());
}

template <typename T>
std::string bytes_of_numbers(const std::vector<T>& values,
                             std::endian order = std::endian::little) {
  std::string bytes;
  for (const T value : values) bytes += bytes_of_number(value, order);
  return bytes;
}

// RIFF, 16 bits; the samples of the channels alternate.
inline std::string wav_bytes(const std::vector<int16_t>& samples, int32_t rate,
                             int16_t channels = 1) {
  const auto size = static_cast<int32_t>(2 * samples.size());
  const auto frame = static_cast<int16_t>(2 * channels);
  return "RIFF" + bytes_of_number(36 + size) + "WAVEfmt " + bytes_of_number(int32_t{16}) +
         bytes_of_number(int16_t{1}) + bytes_of_number(channels) + bytes_of_number(rate) +
         bytes_of_number(rate * frame) + bytes_of_number(frame) + bytes_of_number(int16_t{16}) +
         "data" + bytes_of_number(size) + bytes_of_numbers(samples);
}

inline std::string npy_bytes(const std::string& type, const std::string& shape,
                             const std::vector<float>& values, const char* fortran = "False") {
  std::string header =
      "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
  header.resize((header.size() + 10) / 64 * 64 + 117, ' ');
  header += '\n';
  return std::string("\x93NUMPY\1\0", 8) + bytes_of_number(static_cast<uint16_t>(header.size())) +
         header + bytes_of_numbers(values);
}

inline std::string sphinx_bytes(const std::vector<float>& values,
                                std::endian order = std::endian::big) {
  return bytes_of_number(static_cast<int32_t>(values.size()), order) +
         bytes_of_numbers(values, order);
}

inline std::string htk_bytes(const std::vector<float>& values, int columns, int16_t kind = 9) {
  constexpr auto kBig = std::endian::big;
  return bytes_of_number(static_cast<int32_t>(values.size()) / columns, kBig) +
         bytes_of_number(int32_t{100000}, kBig) +
         bytes_of_number(static_cast<int16_t>(4 * columns), kBig) + bytes_of_number(kind, kBig) +
         bytes_of_numbers(values, kBig);
}

// A matrix without its key.
inline std::string kaldi_bytes(const std::vector<float>& values, int32_t columns) {
  const auto rows = static_cast<int32_t>(values.size()) / columns;
  return std::string("\0BFM \4", 6) + bytes_of_number(rows) + '\4' + bytes_of_number(columns) +
         bytes_of_numbers(values);
}

// A PNG of a depth of 8 or 16 bits, `colour` as the format counts: 0 grey, 2 RGB, 4 grey with
// alpha, 6 RGB with alpha. `chunk` is a name and bytes, which come before the pixels.
inline std::string png_bytes(uint32_t width, uint32_t height, int8_t depth, int8_t colour,
                             const std::string& pixels, const std::string& chunk = "") {
  constexpr auto kBig = std::endian::big;
  const auto packed = [&](const std::string& bytes) {
    uint32_t crc = 0xFFFFFFFFU;
    for (const char byte : bytes) {
      crc ^= static_cast<uint8_t>(byte);
      for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
    }
    return bytes_of_number(static_cast<uint32_t>(bytes.size() - 4), kBig) + bytes +
           bytes_of_number(~crc, kBig);
  };
  std::string lines;  // each with its filter, none
  for (size_t i = 0, each = pixels.size() / height; i < height; ++i)
    lines += '\0' + pixels.substr(i * each, each);
  uint32_t low = 1, high = 0;  // Adler's checksum
  for (const char byte : lines) {
    low = (low + static_cast<uint8_t>(byte)) % 65521;
    high = (high + low) % 65521;
  }
  const auto size = static_cast<uint16_t>(lines.size());
  const std::string stored = std::string("\x78\x01\x01", 3) + bytes_of_number(size) +
                             bytes_of_number(static_cast<uint16_t>(~size)) + lines +
                             bytes_of_number(high << 16U | low, kBig);
  return "\x89PNG\r\n\x1a\n" +
         packed("IHDR" + bytes_of_number(width, kBig) + bytes_of_number(height, kBig) +
                std::string{static_cast<char>(depth), static_cast<char>(colour), 0, 0, 0}) +
         (chunk.empty() ? "" : packed(chunk)) + packed("IDAT" + stored) + packed("IEND");
}

// 3 by 2 pixels of grey: 0, 128, 255 and 255, 51, 0.
inline constexpr std::string_view kTinyPng{
    "\211\120\116\107\015\012\032\012\000\000\000\015\111\110\104\122\000\000\000\003\000\000\000"
    "\002\010\000\000\000\000\270\037\071\306\000\000\000\020\111\104\101\124\170\332\143\140\150"
    "\370\317\360\337\230\001\000\013\146\002\262\271\102\032\221\000\000\000\000\111\105\116\104"
    "\256\102\140\202",
    73};
// 3 by 2 pixels, all of them 200.
inline constexpr std::string_view kTinyJpeg{
    "\377\330\377\340\000\020\112\106\111\106\000\001\001\000\000\001\000\001\000\000\377\333\000"
    "\103\000\003\002\002\003\002\002\003\003\003\003\004\003\003\004\005\010\005\005\004\004\005"
    "\012\007\007\006\010\014\012\014\014\013\012\013\013\015\016\022\020\015\016\021\016\013\013"
    "\020\026\020\021\023\024\025\025\025\014\017\027\030\026\024\030\022\024\025\024\377\300\000"
    "\013\010\000\002\000\003\001\001\021\000\377\304\000\037\000\000\001\005\001\001\001\001\001"
    "\001\000\000\000\000\000\000\000\000\001\002\003\004\005\006\007\010\011\012\013\377\304\000"
    "\265\020\000\002\001\003\003\002\004\003\005\005\004\004\000\000\001\175\001\002\003\000\004"
    "\021\005\022\041\061\101\006\023\121\141\007\042\161\024\062\201\221\241\010\043\102\261\301"
    "\025\122\321\360\044\063\142\162\202\011\012\026\027\030\031\032\045\046\047\050\051\052\064"
    "\065\066\067\070\071\072\103\104\105\106\107\110\111\112\123\124\125\126\127\130\131\132\143"
    "\144\145\146\147\150\151\152\163\164\165\166\167\170\171\172\203\204\205\206\207\210\211\212"
    "\222\223\224\225\226\227\230\231\232\242\243\244\245\246\247\250\251\252\262\263\264\265\266"
    "\267\270\271\272\302\303\304\305\306\307\310\311\312\322\323\324\325\326\327\330\331\332\341"
    "\342\343\344\345\346\347\350\351\352\361\362\363\364\365\366\367\370\371\372\377\332\000\010"
    "\001\001\000\000\077\000\373\002\277\377\331",
    333};

}  // namespace alinea
