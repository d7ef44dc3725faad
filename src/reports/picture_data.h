// Pictures and sounds inside pages.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace alinea {

// A URI of the picture itself, a bitmap, for an <img> or <image>. Pixels from 0 to 1, row by row,
// of 1 channel (grey) or 3 (red, green, blue).
std::string picture_uri(std::span<const float> pixels, int64_t height, int64_t width,
                        int64_t channels);

// A URI of a sound file, for an <audio>: WAV, FLAC or Ogg, which its first bytes tell.
std::string sound_uri(const std::string& bytes);

}  // namespace alinea
