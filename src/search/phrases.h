// Phrases that a hypothesis has to hold, and how far it has come with them.
//
// A phrase is held once its tokens have come in a row, anywhere; phrases may overlap, and one that
// is asked for twice need come once only. One not held yet has as many tokens as the end of the
// hypothesis shares with its beginning (Knuth, Morris & Pratt 1977).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace alinea {

class Phrases {
 public:
  Phrases() = default;
  // None of them empty.
  explicit Phrases(std::span<const std::vector<int32_t>> phrases);

  bool empty() const { return phrases_.empty(); }
  // Tokens of all phrases together.
  size_t size() const { return size_; }

  // Of each phrase, its first tokens that a hypothesis has.
  using Progress = std::vector<size_t>;
  Progress progress(std::span<const int32_t> tokens) const;
  void advance(Progress& progress, int32_t token) const;

  // The tokens of phrases held and the most of one that is not: size() where all are held, and
  // whatever it is before, some token makes it larger.
  size_t met(const Progress& progress) const;
  bool are_held(const Progress& progress) const { return met(progress) == size_; }
  // Those with which phrases not held go on, in ascending order.
  std::vector<int32_t> next_tokens(const Progress& progress) const;

 private:
  struct Phrase {
    std::vector<int32_t> tokens;
    std::vector<size_t> fallback;  // [tokens]: how much of the beginning ends at each, itself apart
  };
  std::vector<Phrase> phrases_;
  size_t size_ = 0;
};

}  // namespace alinea
