#include "signals/sound.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "signals/feature_bytes.h"
#include "support/error.h"

namespace alinea {

namespace {

Sound read(const std::string& bytes, int64_t rate = 0, double most_seconds = 10) {
  return read_sound(BytesInMemory(bytes), rate, most_seconds);
}

std::vector<int16_t> tone(double frequency, double rate, size_t count) {
  std::vector<int16_t> samples(count);
  for (size_t t = 0; t < count; ++t)
    samples[t] = static_cast<int16_t>(
        16000 * std::sin(2 * std::numbers::pi * frequency * static_cast<double>(t) / rate));
  return samples;
}

}  // namespace

TEST_CASE("samples lie between -1 and 1") {
  const Sound sound = read(wav_bytes({0, 16384, -32768}, 8000));
  CHECK(sound.rate == 8000);
  CHECK(sound.samples == std::vector<float>{0, 0.5, -1});
}

TEST_CASE("of several channels the mean is read") {
  CHECK(read(wav_bytes({16384, 0, -16384, 16384}, 8000, 2)).samples == std::vector<float>{0.25, 0});
}

TEST_CASE("another rate is brought to the one that is wanted") {
  const Sound sound = read(wav_bytes(tone(440, 44100, 22050), 44100), 16000);
  CHECK(sound.rate == 16000);
  REQUIRE(std::abs(std::ssize(sound.samples) - 8000) < 20);
  const std::vector<int16_t> wanted = tone(440, 16000, 8000);
  for (size_t t = 2000; t < 6000; ++t)
    CHECK(sound.samples[t] == Approx(wanted[t] / 32768.0).margin(0.01));
}

TEST_CASE("an empty sound has no samples at any rate") {
  CHECK(read(wav_bytes({}, 8000)).samples.empty());
  CHECK(read(wav_bytes({}, 8000), 16000).samples.empty());
}

TEST_CASE("damaged sounds are refused") {
  const std::string whole = wav_bytes(tone(100, 8000, 400), 8000);
  CHECK_THROWS_AS(read(whole.substr(0, 20)), Error);
  CHECK_THROWS_AS(read("RIFF"), Error);
  for (const int32_t rate : {0, -294967296})  // as bytes, the second one is 4e9
    CHECK_THROWS_WITH(read(wav_bytes({1, 2, 3}, rate)),
                      Catch::Contains("header") && !Catch::Contains("Internal"));
  CHECK_THROWS_AS(read("no sound at all, but text"), Error);
}

TEST_CASE("a sound that takes too long is refused by its header") {
  CHECK_THROWS_WITH(read(wav_bytes(tone(100, 8000, 8001), 8000), 0, 1),
                    "expected at most 1 second, got 1.0: see max-seconds");
  CHECK_NOTHROW(read(wav_bytes(tone(100, 8000, 8000), 8000), 0, 1));
}

TEST_CASE("sounds are known by their first bytes") {
  CHECK(is_sound("RIFF...."));
  CHECK(is_sound("fLaC"));
  CHECK_FALSE(is_sound("\x89PNG"));
  CHECK_FALSE(is_sound(""));
}

}  // namespace alinea
