// PNG and JPEG files as pixels.
#pragma once

#include <span>
#include <string_view>

#include "signals/feature_rows.h"

namespace alinea {

bool is_png(std::string_view bytes);
bool is_jpeg(std::string_view bytes);

// In one channel where the file is grey, else in three; what is transparent becomes white. Throws
// Error for damaged files and for more than kMostPixels.
Picture read_png(std::string_view bytes);
Picture read_jpeg(std::string_view bytes);

// In that many channels: grey is 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601).
Picture in_channels(const Picture& picture, int64_t channels);

// In that size: each new pixel is the mean of the part of the picture that it covers.
Picture resized(const Picture& picture, int64_t height, int64_t width);

// A grid of patches of P × P pixels in the order of reading, each as a row [P · P · channels]; the
// size is a multiple of P. P = 1: the pixels themselves.
FeatureRows patches(const Picture& picture, int64_t size);
// The picture of that size that such patches are of.
Picture joined_patches(std::span<const float> patches, const Picture& shape, int64_t size);

}  // namespace alinea
