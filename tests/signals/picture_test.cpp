#include "signals/picture.h"

#include <turbojpeg.h>

#include <catch2/catch.hpp>
#include <numeric>

#include "signals/feature_bytes.h"
#include "support/error.h"

namespace alinea {

namespace {

Picture numbered(int64_t height, int64_t width, int64_t channels) {
  Picture picture{height, width, channels, {}};
  picture.pixels.resize(static_cast<size_t>(height * width * channels));
  std::iota(picture.pixels.begin(), picture.pixels.end(), 0.0F);
  return picture;
}

}  // namespace

TEST_CASE("a PNG is read pixel by pixel") {
  const Picture picture = read_png(kTinyPng);
  CHECK(picture.height == 2);
  CHECK(picture.width == 3);
  CHECK(picture.channels == 1);
  const std::vector<float> wanted = {0, 128 / 255.0F, 1, 1, 0.2F, 0};
  CHECK(picture.pixels == wanted);
}

TEST_CASE("the numbers of a PNG are what they are, whatever light it says that they mean") {
  const std::string linear = "gAMA" + bytes_of_number(uint32_t{100000}, std::endian::big),
                    usual = "gAMA" + bytes_of_number(uint32_t{45455}, std::endian::big);
  const std::vector<uint16_t> given = {0, 1, 257, 10000, 32768, 65535};
  std::vector<float> wanted;
  for (const uint16_t value : given) wanted.push_back(static_cast<float>(value) / 65535.0F);
  const std::string deep = bytes_of_numbers(given, std::endian::big);
  for (const std::string& chunk : {std::string(), linear, usual, std::string("sRGB\0", 5)}) {
    const Picture grey = read_png(png_bytes(3, 2, 16, 0, deep, chunk));
    CHECK(grey.channels == 1);
    CHECK(grey.pixels == wanted);
    const Picture colours = read_png(png_bytes(1, 2, 16, 2, deep, chunk));
    CHECK(colours.channels == 3);
    CHECK(colours.pixels == wanted);
    CHECK(read_png(png_bytes(2, 1, 8, 0, "\x33\x66", chunk)).pixels ==
          std::vector<float>{0.2F, 0.4F});
  }
}

TEST_CASE("behind what is transparent in a PNG of 16 bits is white") {
  const auto pixels = bytes_of_numbers(std::vector<uint16_t>{13107, 65535, 13107, 0, 13107, 32768},
                                       std::endian::big);
  const Picture picture = read_png(png_bytes(3, 1, 16, 4, pixels));
  REQUIRE(picture.pixels.size() == 3);
  CHECK(picture.pixels[0] == 0.2F);
  CHECK(picture.pixels[1] == 1.0F);
  CHECK(picture.pixels[2] == Approx(0.6).margin(1e-4));
}

TEST_CASE("a JPEG is read") {
  const Picture picture = read_jpeg(kTinyJpeg);
  CHECK(picture.height == 2);
  CHECK(picture.width == 3);
  CHECK(picture.channels == 1);
  for (const float x : picture.pixels) CHECK(x == Approx(200 / 255.0).margin(0.02));
}

TEST_CASE("a JPEG of CMYK is refused") {
  const std::vector<unsigned char> inks(16 * 16 * 4, 100);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;  // as the library has it
  const tjhandle writer = tjInitCompress();
  REQUIRE(tjCompress2(writer, inks.data(), 16, 0, 16, TJPF_CMYK, &bytes, &size, TJSAMP_444, 90,
                      0) == 0);
  const std::string jpeg(reinterpret_cast<const char*>(bytes), size);
  tjFree(bytes);
  tjDestroy(writer);
  CHECK_THROWS_WITH(read_jpeg(jpeg), Catch::EndsWith("(CMYK): convert it to RGB"));
}

TEST_CASE("damaged pictures are refused") {
  CHECK_THROWS_AS(read_png(kTinyPng.substr(0, 50)), Error);
  CHECK_THROWS_AS(read_png("\x89PNG\r\n\x1a\n"), Error);
  const std::string whole = png_bytes(2, 1, 16, 0, "abcd");
  for (size_t size = 0; size + 12 < whole.size(); ++size)
    CHECK_THROWS_AS(read_png(whole.substr(0, size)), Error);
  CHECK_THROWS_AS(read_jpeg(kTinyJpeg.substr(0, kTinyJpeg.size() / 2)), Error);
  CHECK_THROWS_AS(read_jpeg("\xff\xd8\xff"), Error);
}

TEST_CASE("grey weighs the colours, and colours repeat grey") {
  const Picture colours{1, 2, 3, {1, 0, 0, 0.5F, 0.5F, 0.5F}};
  const Picture grey = in_channels(colours, 1);
  CHECK(grey.pixels[0] == Approx(0.299));
  CHECK(grey.pixels[1] == Approx(0.5));
  CHECK(in_channels(grey, 3).pixels[3] == Approx(0.5));
  CHECK(in_channels(colours, 3).pixels == colours.pixels);
}

TEST_CASE("a new pixel is the mean of what it covers") {
  const Picture half = resized(numbered(4, 2, 1), 2, 1);
  CHECK(half.pixels == std::vector<float>{(0 + 1 + 2 + 3) / 4.0F, (4 + 5 + 6 + 7) / 4.0F});
  const Picture thirds = resized(Picture{1, 3, 1, {3, 6, 9}}, 1, 2);
  CHECK(thirds.pixels[0] == Approx((3 + 6 * 0.5) / 1.5));
  const Picture larger = resized(Picture{1, 2, 1, {3, 6}}, 2, 4);
  CHECK(larger.pixels == std::vector<float>{3, 3, 6, 6, 3, 3, 6, 6});
}

TEST_CASE("patches that are joined are the picture again") {
  const Picture picture = numbered(4, 6, 3);
  for (const int64_t size : {1, 2}) {
    const FeatureRows rows = patches(picture, size);
    const Picture joined = joined_patches(rows.values, picture, size);
    CHECK(joined.height == 4);
    CHECK(joined.width == 6);
    CHECK(joined.pixels == picture.pixels);
  }
}

TEST_CASE("patches are rows in the order of reading") {
  const FeatureRows rows = patches(numbered(4, 6, 1), 2);
  REQUIRE(rows.rows() == 6);
  CHECK(std::vector<float>(rows.values.begin(), rows.values.begin() + 8) ==
        std::vector<float>{0, 1, 6, 7, 2, 3, 8, 9});
  const FeatureRows colours = patches(numbered(2, 2, 3), 1);
  CHECK(colours.rows() == 4);
  CHECK(colours.columns == 3);
  CHECK(colours.values == numbered(2, 2, 3).pixels);
  CHECK_THROWS_WITH(patches(numbered(4, 5, 1), 2),
                    "expected a picture that patches of 2 pixels divide, got 4 by 5");
}

}  // namespace alinea
