#include "signals/signal_corpora.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "lines.h"
#include "signals/drawn_digits.h"
#include "signals/speech.h"

namespace alinea {
namespace {

namespace fs = std::filesystem;
using Random = std::mt19937_64;

struct Part {
  std::string_view name;
  uint64_t seed;
  int digits, strings, utterances;
};

constexpr Part kParts[] = {{"train", 1, 4000, 4000, 1200}, {"valid", 2, 500, 300, 200}};

constexpr double kFramesPerSecond = 100;
constexpr int kSide = 28;  // of a picture of one digit, pixels
constexpr int kCanvasHeight = 32, kCanvasWidth = 96;

template <typename Integer>
void append(std::string& bytes, Integer value, std::endian order) {
  for (size_t i = 0; i < sizeof(Integer); ++i) {
    const size_t byte = order == std::endian::little ? i : sizeof(Integer) - 1 - i;
    bytes += static_cast<char>(static_cast<uint8_t>(static_cast<uint64_t>(value) >> (8 * byte)));
  }
}

// The IDX format of MNIST: unsigned bytes with three axes.
std::string idx(const std::vector<GreyPicture>& pictures) {
  std::string bytes;
  append<uint32_t>(bytes, 0x00000803, std::endian::big);
  append(bytes, static_cast<uint32_t>(pictures.size()), std::endian::big);
  append(bytes, static_cast<uint32_t>(pictures.front().height), std::endian::big);
  append(bytes, static_cast<uint32_t>(pictures.front().width), std::endian::big);
  for (const GreyPicture& picture : pictures)
    bytes.append(picture.pixels.begin(), picture.pixels.end());
  return bytes;
}

// One channel of 16 bits.
std::string wav(const std::vector<int16_t>& samples) {
  const auto size = static_cast<uint32_t>(2 * samples.size());
  std::string bytes = "RIFF";
  append<uint32_t>(bytes, 36 + size, std::endian::little);
  bytes += "WAVEfmt ";
  append<uint32_t>(bytes, 16, std::endian::little);
  append<uint16_t>(bytes, 1, std::endian::little);
  append<uint16_t>(bytes, 1, std::endian::little);
  append<uint32_t>(bytes, kSampleRate, std::endian::little);
  append<uint32_t>(bytes, 2 * kSampleRate, std::endian::little);
  append<uint16_t>(bytes, 2, std::endian::little);
  append<uint16_t>(bytes, 16, std::endian::little);
  bytes += "data";
  append(bytes, size, std::endian::little);
  for (const int16_t sample : samples) append(bytes, sample, std::endian::little);
  return bytes;
}

void write_digits(const fs::path& folder, const Part& part) {
  Random random(part.seed);
  std::vector<GreyPicture> pictures;
  std::vector<std::string> lines;
  for (int i = 0; i < part.digits; ++i) {
    const int digit = static_cast<int>(random() % 10);
    pictures.push_back(ground(kSide, kSide, random));
    const double y = kSide / 2.0 + 6 * (uniform(random) - 0.5);
    const double x = kSide / 2.0 + 10 * (uniform(random) - 0.5);
    draw_digit(pictures.back(), digit, y, x, random);
    lines.push_back(fmt::format("{}\t{}-idx3-ubyte:{}", digit, part.name, i));
  }
  write_bytes(folder / fmt::format("{}-idx3-ubyte", part.name), idx(pictures));
  write_lines(folder / fmt::format("{}.tsv", part.name), lines);
}

void write_strings(const fs::path& folder, const Part& part) {
  Random random(part.seed + 10);
  std::vector<GreyPicture> pictures;
  std::vector<std::string> list, texts;
  for (int i = 0; i < part.strings; ++i) {
    pictures.push_back(ground(kCanvasHeight, kCanvasWidth, random));
    const int count = 2 + static_cast<int>(random() % 2);
    std::string text;
    // Each digit somewhere in a part of the canvas of its own.
    for (int d = 0; d < count; ++d) {
      const int digit = static_cast<int>(random() % 10);
      const double room = static_cast<double>(kCanvasWidth) / count;
      const double y = kCanvasHeight / 2.0 + 8 * (uniform(random) - 0.5);
      const double x = room * d + 10 + (room - 20) * uniform(random);
      draw_digit(pictures.back(), digit, y, x, random);
      text += fmt::format("{}{}", d == 0 ? "" : " ", digit);
    }
    texts.push_back(text);
    list.push_back(fmt::format("{}-idx3-ubyte:{}", part.name, i));
  }
  write_bytes(folder / fmt::format("{}-idx3-ubyte", part.name), idx(pictures));
  write_lines(folder / fmt::format("{}.lst", part.name), list);
  write_lines(folder / fmt::format("{}.txt", part.name), texts);
}

void write_speech(const fs::path& folder, const Part& part) {
  Random random(part.seed + 20);
  make_folder(folder / part.name);
  std::vector<std::string> list, texts, ends;
  for (int i = 0; i < part.utterances; ++i) {
    const Utterance utterance = draw_utterance(random);
    list.push_back(fmt::format("{}/{:04}.wav", part.name, i));
    write_bytes(folder / list.back(), wav(utterance.samples));
    std::vector<std::string_view> names;
    for (const Phoneme* const phoneme : utterance.phonemes) names.push_back(phoneme->name);
    texts.push_back(fmt::format("{}", fmt::join(names, " ")));
    std::vector<int64_t> frames;
    for (const double end : utterance.ends) frames.push_back(std::lround(end * kFramesPerSecond));
    ends.push_back(fmt::format("{}", fmt::join(frames, " ")));
  }
  write_lines(folder / fmt::format("{}.lst", part.name), list);
  write_lines(folder / fmt::format("{}.txt", part.name), texts);
  write_lines(folder / fmt::format("{}.ends", part.name), ends);
}

}  // namespace

void write_signal_corpora(const fs::path& folder) {
  for (const std::string_view name : {"digits", "strings", "speech"}) make_folder(folder / name);
  for (const Part& part : kParts) {
    write_digits(folder / "digits", part);
    write_strings(folder / "strings", part);
    write_speech(folder / "speech", part);
  }
}

}  // namespace alinea
