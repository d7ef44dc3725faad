// How texts of any lengths are cut into batches of similar ones.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace alinea {

// Where the texts of each batch stand in `lengths`, which counts their words; sorted by length. A
// batch has at most so many, and fewer of long ones, which bounds its memory.
std::vector<std::vector<int64_t>> batches_by_length(std::span<const int64_t> lengths, int64_t size);

}  // namespace alinea
