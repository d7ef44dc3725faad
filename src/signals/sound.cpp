#include "signals/sound.h"

#include <samplerate.h>
#include <sndfile.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>

#include "support/counted.h"
#include "support/error.h"

namespace alinea {

namespace {

constexpr int64_t kHighestRate = 768000;
constexpr int kMostChannels = 64;

// What libsndfile reads from.
struct Position {
  const Bytes& bytes;
  sf_count_t offset = 0;
};

sf_count_t length_of(void* user) { return static_cast<Position*>(user)->bytes.size(); }

sf_count_t seek_in(sf_count_t offset, int whence, void* user) {
  auto& position = *static_cast<Position*>(user);
  if (whence == SEEK_CUR) offset += position.offset;
  if (whence == SEEK_END) offset += position.bytes.size();
  if (offset < 0) return -1;
  return position.offset = offset;
}

sf_count_t read_from(void* out, sf_count_t count, void* user) {
  auto& position = *static_cast<Position*>(user);
  const size_t done = position.bytes.read(
      position.offset,
      {static_cast<char*>(out), static_cast<size_t>(std::max<sf_count_t>(count, 0))});
  position.offset += static_cast<sf_count_t>(done);
  return static_cast<sf_count_t>(done);
}

sf_count_t tell_in(void* user) { return static_cast<Position*>(user)->offset; }

class SoundFile {
 public:
  explicit SoundFile(const Bytes& bytes) : position_{bytes} {
    SF_VIRTUAL_IO access = {length_of, seek_in, read_from, nullptr, tell_in};
    file_.reset(sf_open_virtual(&access, SFM_READ, &info, &position_));
    if (!file_) refuse(sf_strerror(nullptr));
    if (info.channels < 1 || info.channels > kMostChannels || info.samplerate < 1 ||
        info.samplerate > kHighestRate || info.frames < 0)
      throw Error("expected at most {} channels and {} samples a second, got {} and {}",
                  kMostChannels, kHighestRate, info.channels, info.samplerate);
  }

  // The mean of the channels.
  std::vector<float> samples() {
    constexpr sf_count_t kTogether = 1 << 14;
    const auto channels = static_cast<size_t>(info.channels);
    std::vector<float> some(static_cast<size_t>(kTogether) * channels), samples;
    for (sf_count_t count = 0; (count = sf_readf_float(file_.get(), some.data(), kTogether)) > 0;) {
      if (std::ssize(samples) + count > info.frames) break;
      for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
        float sum = 0;
        for (size_t c = 0; c < channels; ++c) sum += some[i * channels + c];
        samples.push_back(sum / static_cast<float>(channels));
      }
    }
    if (const int error = sf_error(file_.get()); error != SF_ERR_NO_ERROR)
      throw Error("the sound is damaged: {}", sf_error_number(error));
    if (std::ssize(samples) != info.frames)
      throw Error("the sound ends early: expected {} samples, found {}", info.frames,
                  samples.size());
    return samples;
  }

  SF_INFO info = {};

 private:
  // The library calls it its own fault where a header has, for example, a rate of 0.
  [[noreturn]] static void refuse(const std::string& reason) {
    if (reason.starts_with("Internal error"))
      throw Error(
          "the sound is damaged: its header has a rate, a number of channels or a length that no "
          "sound can have");
    throw Error("no sound can be read: {}", reason);
  }

  struct Close {
    void operator()(SNDFILE* file) const { sf_close(file); }
  };
  Position position_;
  std::unique_ptr<SNDFILE, Close> file_;
};

std::vector<float> resampled(const std::vector<float>& samples, double ratio) {
  const auto wanted =
      static_cast<size_t>(std::llround(std::ceil(static_cast<double>(samples.size()) * ratio)));
  std::vector<float> result(wanted + 16);
  SRC_DATA data = {};
  data.data_in = samples.data();
  data.input_frames = static_cast<long>(samples.size());
  data.data_out = result.data();
  data.output_frames = static_cast<long>(result.size());
  data.src_ratio = ratio;
  if (const int error = src_simple(&data, SRC_SINC_MEDIUM_QUALITY, /*channels=*/1); error != 0)
    throw Error("the sound cannot be brought to another rate: {}", src_strerror(error));
  result.resize(static_cast<size_t>(data.output_frames_gen));
  return result;
}

}  // namespace

bool is_sound(std::string_view first) {
  constexpr std::array<std::string_view, 8> kBeginnings = {"RIFF", "RIFX", "RF64", "FORM",
                                                           "fLaC", "OggS", ".snd", "riff"};
  return std::ranges::any_of(kBeginnings,
                             [&](std::string_view begin) { return first.starts_with(begin); });
}

Sound read_sound(const Bytes& bytes, int64_t rate, double most_seconds) {
  SoundFile file(bytes);
  const double seconds =
      static_cast<double>(file.info.frames) / static_cast<double>(file.info.samplerate);
  if (seconds > most_seconds)
    throw Error("expected at most {}, got {:.1f}: see max-seconds", counted(most_seconds, "second"),
                seconds);
  Sound sound{file.info.samplerate, file.samples()};
  if (!std::ranges::all_of(sound.samples, [](float x) { return std::isfinite(x); }))
    throw Error("the sound is damaged: a sample is no number");
  if (rate == 0 || rate == sound.rate || sound.samples.empty()) return sound;
  const double ratio = static_cast<double>(rate) / static_cast<double>(sound.rate);
  if (!src_is_valid_ratio(ratio))
    throw Error("a sound of {} samples a second cannot be brought to {}", sound.rate, rate);
  return {rate, resampled(sound.samples, ratio)};
}

}  // namespace alinea
