// Sound files of every format that libsndfile reads, at the rate that is wanted.
#pragma once

#include <cstdint>
#include <vector>

#include "signals/bytes.h"

namespace alinea {

struct Sound {
  int64_t rate = 0;            // samples a second
  std::vector<float> samples;  // -1 to 1; of several channels the mean
};

// Whether bytes that begin like this are a sound file.
bool is_sound(std::string_view first);

// At `rate`, by band-limited interpolation where the file has another one; 0: at its own. Throws
// Error for what is no sound file, is damaged, or takes more than `most_seconds`.
Sound read_sound(const Bytes& bytes, int64_t rate, double most_seconds);

}  // namespace alinea
