#include "reports/picture_data.h"

#include <algorithm>
#include <cmath>

namespace alinea {

namespace {

// RFC 4648, section 4.
std::string base64(const std::string& bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? static_cast<uint8_t>(bytes[i + k]) : 0U);
    for (size_t k = 0; k < 4; ++k)
      text += i + k > bytes.size() ? '=' : kDigits[group >> (18 - 6 * k) & 63];
  }
  return text;
}

void add_number(std::string& bytes, uint64_t number, int size) {
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(number >> (8 * i) & 255);
}

char byte_of(float value) {
  return static_cast<char>(std::lround(255 * std::clamp(value, 0.0F, 1.0F)));
}

}  // namespace

std::string sound_uri(const std::string& bytes) {
  const char* const kind = bytes.starts_with("fLaC")   ? "flac"
                           : bytes.starts_with("OggS") ? "ogg"
                                                       : "wav";
  return std::string("data:audio/") + kind + ";base64," + base64(bytes);
}

// A Windows bitmap of 24 bits a pixel: its rows from the bottom up, each padded to four bytes.
std::string picture_uri(std::span<const float> pixels, int64_t height, int64_t width,
                        int64_t channels) {
  constexpr uint64_t kHeader = 54;
  const auto row = static_cast<uint64_t>((3 * width + 3) / 4 * 4);
  const uint64_t size = row * static_cast<uint64_t>(height);
  std::string bytes = "BM";
  add_number(bytes, kHeader + size, 4);
  add_number(bytes, 0, 4);
  add_number(bytes, kHeader, 4);
  add_number(bytes, 40, 4);
  add_number(bytes, static_cast<uint64_t>(width), 4);
  add_number(bytes, static_cast<uint64_t>(height), 4);
  add_number(bytes, 1, 2);
  add_number(bytes, 24, 2);
  add_number(bytes, 0, 4);
  add_number(bytes, size, 4);
  add_number(bytes, 0, 16);
  for (int64_t y = height - 1; y >= 0; --y) {
    for (int64_t x = 0; x < width; ++x)
      for (const int64_t c : {2, 1, 0})  // blue, green, red
        bytes += byte_of(
            pixels[static_cast<size_t>((y * width + x) * channels + std::min(c, channels - 1))]);
    bytes.resize(kHeader + row * static_cast<uint64_t>(height - y));
  }
  return "data:image/bmp;base64," + base64(bytes);
}

}  // namespace alinea
