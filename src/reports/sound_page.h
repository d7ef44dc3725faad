// A page of what attention did over sounds and tables of features: for each word when it listened.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "reports/alignment.h"
#include "storage/atomic_file.h"

namespace alinea {

struct ShownSound {
  std::span<const float> rows;  // [T, columns] of features
  int64_t columns = 0;
  std::string file = {};  // of the sound, which the page can play; may be empty
};

class SoundPageFile {
 public:
  explicit SoundPageFile(const std::filesystem::path& path);
  // The rows as a picture, time from left to right, the lowest column below, and under it a strip
  // for each word, the darker, the larger the weight.
  void write(const Alignment& alignment, const ShownSound& sound);
  void finish();

 private:
  AtomicFile file_;
};

}  // namespace alinea
