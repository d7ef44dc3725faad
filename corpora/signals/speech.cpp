#include "signals/speech.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "signals/drawn_digits.h"
#include "toys/draws.h"

namespace alinea {
namespace {

constexpr Phoneme kPhonemes[] = {
    {"a", true, true, 750, 1200, 1.0},     {"e", true, true, 500, 1900, 0.9},
    {"i", true, true, 280, 2300, 0.8},     {"o", true, true, 480, 850, 1.0},
    {"u", true, true, 300, 650, 0.9},      {"m", true, false, 220, 1000, 0.35},
    {"l", true, false, 360, 1300, 0.5},    {"s", false, false, 3300, 3600, 0.3},
    {"sh", false, false, 2000, 2500, 0.4}, {"f", false, false, 1200, 3000, 0.12},
};

// A digital resonator (Klatt 1980, equation 2): y_t = A x_t + B y_{t-1} + C y_{t-2}.
class Resonator {
 public:
  double operator()(double x, double frequency, double bandwidth) {
    const double c = -std::exp(-2 * std::numbers::pi * bandwidth / kSampleRate);
    const double b = 2 * std::exp(-std::numbers::pi * bandwidth / kSampleRate) *
                     std::cos(2 * std::numbers::pi * frequency / kSampleRate);
    const double y = (1 - b - c) * x + b * before_ + c * long_before_;
    long_before_ = before_;
    return before_ = y;
  }

 private:
  double before_ = 0, long_before_ = 0;
};

constexpr double kFade = 0.02;      // seconds in which a phoneme becomes the next one
constexpr double kLoudest = 12000;  // of a sample

struct Voice {
  double pitch;  // Hz
  double tract;  // length, as a factor on resonances
  double phase = 0;
  Resonator first = {}, second = {};
};

double sample(Voice& voice, const Phoneme& phoneme, std::mt19937_64& random) {
  voice.phase += voice.pitch / kSampleRate;
  const bool pulse = voice.phase >= 1;
  if (pulse) voice.phase -= 1;
  const double noise = uniform(random) - 0.5;
  const double source = phoneme.is_voiced ? (pulse ? 8.0 : 0.0) + 0.05 * noise : 4 * noise;
  const double wide = phoneme.is_voiced ? 80 : 400;
  return phoneme.loudness * (voice.first(source, voice.tract * phoneme.first, wide) +
                             0.7 * voice.second(source, voice.tract * phoneme.second, 1.5 * wide));
}

void add_silence(std::vector<double>& sound, double seconds, std::mt19937_64& random) {
  for (int i = 0; i < static_cast<int>(seconds * kSampleRate); ++i)
    sound.push_back(0.01 * (uniform(random) - 0.5));
}

}  // namespace

std::span<const Phoneme> phonemes() { return kPhonemes; }

Utterance draw_utterance(std::mt19937_64& random) {
  std::vector<const Phoneme*> vowels, consonants;
  for (const Phoneme& phoneme : kPhonemes)
    (phoneme.is_vowel ? vowels : consonants).push_back(&phoneme);
  Utterance utterance;
  for (size_t count = 1 + random() % 4; count > 0; --count) {
    utterance.phonemes.push_back(one_of(consonants, random));
    utterance.phonemes.push_back(one_of(vowels, random));
  }
  Voice voice{.pitch = 90 + 130 * uniform(random), .tract = 0.94 + 0.12 * uniform(random)};
  std::vector<double> sound;
  add_silence(sound, 0.05 + 0.2 * uniform(random), random);
  for (const Phoneme* const phoneme : utterance.phonemes) {
    const double seconds = (phoneme->is_vowel ? 0.11 : 0.07) * (0.7 + 0.9 * uniform(random));
    const int length = static_cast<int>(seconds * kSampleRate);
    for (int i = 0; i < length; ++i) {
      const double edge = std::min(i, length - i) / (kFade * kSampleRate);
      sound.push_back(std::min(edge, 1.0) * sample(voice, *phoneme, random) +
                      0.01 * (uniform(random) - 0.5));
    }
    utterance.ends.push_back(static_cast<double>(sound.size()) / kSampleRate);
  }
  add_silence(sound, 0.05 + 0.2 * uniform(random), random);
  double loudest = 0;
  for (const double value : sound) loudest = std::max(loudest, std::abs(value));
  for (const double value : sound)
    utterance.samples.push_back(static_cast<int16_t>(std::lround(kLoudest * value / loudest)));
  return utterance;
}

}  // namespace alinea
