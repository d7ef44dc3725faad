#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>

#include "signals/drawn_digits.h"
#include "signals/signal_corpora.h"
#include "signals/speech.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

using namespace alinea;
namespace fs = std::filesystem;

namespace {

size_t lines_of(const fs::path& path) {
  return static_cast<size_t>(std::ranges::count(bytes_of(path), '\n'));
}

}  // namespace

TEST_CASE("a digit is drawn where it is asked for") {
  std::mt19937_64 random(1);
  for (int digit = 0; digit < 10; ++digit) {
    CAPTURE(digit);
    GreyPicture picture{32, 96, std::vector<uint8_t>(32 * 96)};
    draw_digit(picture, digit, 16, 70, random);
    size_t bright = 0, far = 0;
    for (int r = 0; r < picture.height; ++r)
      for (int c = 0; c < picture.width; ++c)
        if (picture.pixels[static_cast<size_t>(r * picture.width + c)] > 100) {
          ++bright;
          far += std::abs(r - 16) > 15 || std::abs(c - 70) > 13 ? 1 : 0;
        }
    CHECK(bright > 40);
    CHECK(far == 0);
  }
  GreyPicture picture = ground(5, 7, random);
  CHECK(picture.pixels.size() == 35);
  CHECK_THROWS_AS(draw_digit(picture, 10, 0, 0, random), std::invalid_argument);
  CHECK_THROWS_AS(draw_digit(picture, -1, 0, 0, random), std::invalid_argument);
}

TEST_CASE("an utterance has syllables, and says when each sound ends") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 50; ++i) {
    const Utterance utterance = draw_utterance(random);
    REQUIRE(utterance.phonemes.size() == utterance.ends.size());
    CHECK(utterance.phonemes.size() % 2 == 0);
    CHECK(std::ranges::is_sorted(utterance.ends));
    for (size_t p = 0; p < utterance.phonemes.size(); ++p)
      CHECK(utterance.phonemes[p]->is_vowel == (p % 2 == 1));
    const double seconds = static_cast<double>(utterance.samples.size()) / kSampleRate;
    CHECK(utterance.ends.front() > 0.05);
    CHECK(utterance.ends.back() < seconds);
    CHECK(*std::ranges::max_element(utterance.samples) > 1000);
  }
}

TEST_CASE("signals are written with their lists, the same ones again") {
  const TemporaryFolder folder;
  write_signal_corpora(folder.path() / "a");
  CHECK(lines_of(folder.path() / "a/digits/train.tsv") == 4000);
  CHECK(lines_of(folder.path() / "a/strings/valid.lst") == 300);
  CHECK(lines_of(folder.path() / "a/strings/valid.txt") == 300);
  CHECK(fs::file_size(folder.path() / "a/strings/valid-idx3-ubyte") == 16 + 300 * 32 * 96);
  CHECK(lines_of(folder.path() / "a/speech/train.ends") == 1200);
  CHECK(bytes_of(folder.path() / "a/speech/valid/0007.wav").starts_with("RIFF"));
  write_signal_corpora(folder.path() / "b");
  for (const char* const file : {"digits/train-idx3-ubyte", "speech/train/0100.wav",
                                 "strings/train.txt", "speech/valid.ends"}) {
    CAPTURE(file);
    CHECK(bytes_of(folder.path() / "a" / file) == bytes_of(folder.path() / "b" / file));
  }
  CHECK_THROWS_AS(write_signal_corpora("/dev/null/signals"), Error);
}
