// The embedded corpus: numbers in German and English words, drawn with a fixed seed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace alinea {

// Numbers of 0..999,999, no number twice, in the order in which they are written.
struct NumberSplits {
  std::vector<int64_t> train;  // begins with 0..99, so that every word occurs in it
  std::vector<int64_t> valid;
  std::vector<int64_t> test;
};

// The same on every machine and with every standard library.
NumberSplits draw_numbers();

// Writes train, valid and test with the endings .de and .en, one number a line, and test.gold, the
// alignments of the test lines in the Pharaoh form. Makes the folder where there is none. Throws
// Error where it cannot write.
void write_number_corpus(const std::filesystem::path& folder);

}  // namespace alinea
