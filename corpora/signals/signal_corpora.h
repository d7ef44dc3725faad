// Pictures and sounds, made with fixed seeds, for what reads signals: nothing has to be fetched for
// it.
#pragma once

#include <filesystem>

namespace alinea {

// Writes three corpora, each with a train and a valid part; corpora/README.md describes their
// files. Throws Error where that fails.
//   digits/    pictures of one digit, with labels
//   strings/   wide pictures of two or three digits, to be read from left to right
//   speech/    WAV files of syllables, with their phonemes
void write_signal_corpora(const std::filesystem::path& folder);

}  // namespace alinea
