#include "signals/picture.h"

#include <png.h>
#include <turbojpeg.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "signals/byte_order.h"
#include "support/error.h"

namespace alinea {

namespace {

void check_pixels(int64_t height, int64_t width) {
  if (height < 1 || width < 1 || width > kMostPixels / height)
    throw Error("expected a picture of at most {} pixels, got {} by {}", kMostPixels, height,
                width);
}

template <typename T>
Picture from_integers(int64_t height, int64_t width, int64_t channels,
                      const std::vector<T>& values) {
  constexpr auto kMost = static_cast<float>(std::numeric_limits<T>::max());
  Picture picture{height, width, channels, {}};
  for (const T value : values) picture.pixels.push_back(static_cast<float>(value) / kMost);
  return picture;
}

// A PNG without the chunks that say what light its numbers mean, by which libpng would convert
// them. What is damaged stays as it is, for libpng to refuse.
std::string without_colour_space(std::string_view bytes) {
  constexpr std::string_view kColourSpaces[] = {"gAMA", "sRGB", "iCCP", "cHRM"};
  constexpr size_t kSignature = 8, kAround = 12;  // length, name and checksum of a chunk
  std::string kept(bytes.substr(0, kSignature));
  size_t at = kept.size();
  while (bytes.size() - at >= kAround) {
    const size_t length = number_at<uint32_t>(bytes, at, std::endian::big);
    if (length > bytes.size() - at - kAround) break;
    const std::string_view chunk = bytes.substr(at, kAround + length);
    if (std::ranges::find(kColourSpaces, chunk.substr(4, 4)) == std::end(kColourSpaces))
      kept += chunk;
    at += chunk.size();
  }
  return kept.append(bytes.substr(at));
}

template <typename T>
std::vector<T> png_values(png_image& image, const png_color* background) {
  std::vector<T> values(PNG_IMAGE_SIZE(image) / sizeof(T));
  if (png_image_finish_read(&image, background, values.data(), /*row_stride=*/0,
                            /*colormap=*/nullptr) == 0)
    throw Error("the PNG is damaged: {}", image.message);
  return values;
}

// The numbers of a PNG of 16 bits, as they are: libpng takes them for linear and is asked for
// linear ones. It gives colours times their alpha, to which the white behind them is added.
Picture read_deep_png(png_image& image, int64_t channels) {
  constexpr int kMost = std::numeric_limits<uint16_t>::max();
  const auto count = static_cast<size_t>(channels);
  const bool has_alpha = (image.format & PNG_FORMAT_FLAG_ALPHA) != 0;
  std::vector<uint16_t> values = png_values<uint16_t>(image, nullptr);
  if (has_alpha) {
    const size_t pixels = values.size() / (count + 1);
    for (size_t i = 0; i < pixels; ++i)
      for (size_t c = 0; c < count; ++c)
        values[i * count + c] = static_cast<uint16_t>(
            std::min(values[i * (count + 1) + c] + kMost - values[i * (count + 1) + count], kMost));
    values.resize(pixels * count);
  }
  return from_integers(image.height, image.width, channels, values);
}

// What each of `to` equal parts covers of `from` units: Σ weights = 1.
struct Share {
  int64_t from;
  float weight;
};
std::vector<std::vector<Share>> shares(int64_t from, int64_t to) {
  std::vector<std::vector<Share>> parts(static_cast<size_t>(to));
  const double scale = static_cast<double>(from) / static_cast<double>(to);
  for (int64_t i = 0; i < to; ++i) {
    const double begin = static_cast<double>(i) * scale, end = begin + scale;
    for (auto k = static_cast<int64_t>(begin); k < from && static_cast<double>(k) < end; ++k) {
      const double covered =
          std::min(static_cast<double>(k + 1), end) - std::max(static_cast<double>(k), begin);
      if (covered > 0)
        parts[static_cast<size_t>(i)].push_back({k, static_cast<float>(covered / scale)});
    }
  }
  return parts;
}

}  // namespace

bool is_png(std::string_view bytes) { return bytes.starts_with("\x89PNG\r\n\x1a\n"); }
bool is_jpeg(std::string_view bytes) { return bytes.starts_with("\xff\xd8\xff"); }

Picture read_png(std::string_view given) {
  const std::string bytes = without_colour_space(given);
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  const std::unique_ptr<png_image, void (*)(png_image*)> freed(&image, png_image_free);
  if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0)
    throw Error("the PNG is damaged: {}", image.message);
  check_pixels(image.height, image.width);
  const bool has_colour = (image.format & PNG_FORMAT_FLAG_COLOR) != 0;
  const int64_t channels = has_colour ? 3 : 1;
  if ((image.format & PNG_FORMAT_FLAG_LINEAR) != 0) {
    image.format &= PNG_FORMAT_FLAG_LINEAR | PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA;
    return read_deep_png(image, channels);
  }
  image.format = has_colour ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  const png_color white = {255, 255, 255};
  const std::vector<uint8_t> values = png_values<uint8_t>(image, &white);
  return from_integers(image.height, image.width, channels, values);
}

Picture read_jpeg(std::string_view bytes) {
  const std::unique_ptr<void, int (*)(tjhandle)> reader(tjInitDecompress(), tjDestroy);
  const auto fail = [&](tjhandle handle) {
    throw Error("the JPEG is damaged: {}", tjGetErrorStr2(handle));
  };
  if (!reader) fail(nullptr);
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  int width = 0, height = 0, sampling = 0, colours = 0;
  if (tjDecompressHeader3(reader.get(), data, bytes.size(), &width, &height, &sampling, &colours) !=
      0)
    fail(reader.get());
  if (colours == TJCS_CMYK || colours == TJCS_YCCK)
    throw Error("the JPEG has the inks of a printer (CMYK): convert it to RGB");
  check_pixels(height, width);
  const int64_t channels = colours == TJCS_GRAY ? 1 : 3;
  std::vector<uint8_t> pixels(static_cast<size_t>(channels * height * width));
  if (tjDecompress2(reader.get(), data, bytes.size(), pixels.data(), width, /*pitch=*/0, height,
                    channels == 1 ? TJPF_GRAY : TJPF_RGB, TJFLAG_STOPONWARNING) != 0)
    fail(reader.get());
  return from_integers(height, width, channels, pixels);
}

Picture in_channels(const Picture& picture, int64_t channels) {
  if (picture.channels == channels) return picture;
  Picture made{picture.height, picture.width, channels, {}};
  for (int64_t i = 0; i < picture.height * picture.width; ++i) {
    const float* pixel = picture.pixels.data() + i * picture.channels;
    if (channels == 1) {
      made.pixels.push_back(0.299F * pixel[0] + 0.587F * pixel[1] + 0.114F * pixel[2]);
    } else {
      made.pixels.insert(made.pixels.end(), 3, pixel[0]);
    }
  }
  return made;
}

Picture resized(const Picture& picture, int64_t height, int64_t width) {
  if (picture.height == height && picture.width == width) return picture;
  Picture made{height, width, picture.channels, {}};
  const auto rows = shares(picture.height, height), columns = shares(picture.width, width);
  for (const auto& down : rows)
    for (const auto& across : columns)
      for (int64_t c = 0; c < picture.channels; ++c) {
        float sum = 0;
        for (const Share& y : down)
          for (const Share& x : across)
            sum += y.weight * x.weight *
                   picture.pixels[static_cast<size_t>(
                       (y.from * picture.width + x.from) * picture.channels + c)];
        made.pixels.push_back(sum);
      }
  return made;
}

FeatureRows patches(const Picture& picture, int64_t size) {
  if (picture.height % size != 0 || picture.width % size != 0)
    throw Error("expected a picture that patches of {} pixels divide, got {} by {}", size,
                picture.height, picture.width);
  FeatureRows rows{size * size * picture.channels, {}};
  const int64_t line = picture.width * picture.channels;
  for (int64_t top = 0; top < picture.height; top += size)
    for (int64_t left = 0; left < picture.width; left += size)
      for (int64_t y = top; y < top + size; ++y) {
        const auto begin = picture.pixels.begin() + y * line + left * picture.channels;
        rows.values.insert(rows.values.end(), begin, begin + size * picture.channels);
      }
  return rows;
}

Picture joined_patches(std::span<const float> patches, const Picture& shape, int64_t size) {
  Picture picture{shape.height, shape.width, shape.channels, {}};
  picture.pixels.resize(patches.size());
  const int64_t across = shape.width / size, run = size * shape.channels;
  const float* from = patches.data();
  for (int64_t patch = 0; patch < shape.height / size * across; ++patch)
    for (int64_t y = 0; y < size; ++y, from += run)
      std::copy_n(
          from, run,
          picture.pixels.data() + ((patch / across * size + y) * across + patch % across) * run);
  return picture;
}

}  // namespace alinea
