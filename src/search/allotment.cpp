#include "search/allotment.h"

#include <algorithm>

namespace alinea {
namespace {

// Moves up to `extra` places to a bank that has room for them; returns what is left.
int64_t give(int64_t extra, size_t bank, std::span<const int64_t> candidates,
             std::vector<int64_t>& places) {
  if (bank >= places.size()) return extra;
  const int64_t given = std::clamp<int64_t>(candidates[bank] - places[bank], 0, extra);
  places[bank] += given;
  return extra - given;
}

}  // namespace

std::vector<int64_t> allotted(std::span<const int64_t> candidates, int64_t beam_size) {
  const size_t banks = candidates.size();
  const auto count = static_cast<int64_t>(banks);
  std::vector<int64_t> places(banks, beam_size / count);
  places.back() += beam_size % count;
  for (size_t bank = 0; bank < banks; ++bank) {
    int64_t extra = std::max<int64_t>(places[bank] - candidates[bank], 0);
    places[bank] -= extra;
    for (size_t distance = 1; distance < banks && extra > 0; ++distance) {
      extra = give(extra, bank + distance, candidates, places);
      if (bank >= distance) extra = give(extra, bank - distance, candidates, places);
    }
  }
  return places;
}

}  // namespace alinea
