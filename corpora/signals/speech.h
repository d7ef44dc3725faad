// Speech that a formant synthesiser makes: a source, pulses of a voice or noise, through
// resonances.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string_view>
#include <vector>

namespace alinea {

inline constexpr int kSampleRate = 8000;  // samples per second

struct Phoneme {
  std::string_view name;
  bool is_voiced;
  bool is_vowel;
  double first, second;  // resonances, Hz
  double loudness;       // 0 to 1
};

std::span<const Phoneme> phonemes();

struct Utterance {
  std::vector<const Phoneme*> phonemes;
  std::vector<double> ends;      // of each phoneme, seconds
  std::vector<int16_t> samples;  // with silence before and behind
};

// One to four syllables of a consonant and a vowel, each of its own length, by a voice of its own
// pitch.
Utterance draw_utterance(std::mt19937_64& random);

}  // namespace alinea
