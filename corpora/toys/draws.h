// What all toy corpora draw with. The standard's distributions differ between libraries; its
// generators do not.
#pragma once

#include <cstddef>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

namespace alinea {

// One of several, each as likely as the others.
template <typename Choices>
const auto& one_of(const Choices& choices, std::mt19937_64& random) {
  return choices[random() % std::size(choices)];
}

// As many of them, all different, in any order.
template <typename Choices>
auto some_of(const Choices& choices, size_t count, std::mt19937_64& random) {
  std::vector left(std::begin(choices), std::end(choices));
  for (size_t i = 0; i < count; ++i) std::swap(left[i], left[i + random() % (left.size() - i)]);
  left.resize(count);
  return left;
}

// With a probability of one in `count`.
inline bool once_in(size_t count, std::mt19937_64& random) { return random() % count == 0; }

}  // namespace alinea
