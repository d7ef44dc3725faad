// The largest values that options accept, where more would be a slip of the finger.
#pragma once

#include <cstdint>
#include <limits>

namespace alinea {

inline constexpr int64_t kMostThreads = 1024;
inline constexpr int64_t kMostSentences = int64_t{1} << 20;  // in a batch
inline constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();
inline constexpr double kBelowOne = 0.999999;
inline constexpr double kAnyNumber = std::numeric_limits<double>::infinity();
inline constexpr int64_t kMostIterations = 1000;
inline constexpr int64_t kMostSeconds = 1'000'000;
inline constexpr int64_t kMostLayers = 64;
inline constexpr int64_t kMostColumns = 1000;
inline constexpr int64_t kMostNeighbours = 256;            // words on each side
inline constexpr int64_t kLargestSize = int64_t{1} << 16;  // of a layer
inline constexpr double kMostDropped = 0.99;               // of units, weights or words
inline constexpr int64_t kMostMegabytes = 1'000'000'000;

}  // namespace alinea
