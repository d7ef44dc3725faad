// Dropout of what layers read and put out, by masks of two kinds.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "ops/dropout.h"

namespace alinea {

class Dropout {
 public:
  enum class Masks {
    kElement,   // every element of every step by a draw of its own
    kSentence,  // the same elements at all steps of a sentence (Gal & Ghahramani 2016)
  };
  Dropout(float probability, Masks masks) : probability_(probability), masks_(masks) {}

  // The key of a mask that several calls are to share; nothing where none is needed.
  std::optional<uint64_t> draw(Tape& tape) const {
    if (masks_ == Masks::kElement || probability_ == 0 || tape.dropout() == nullptr)
      return std::nullopt;
    return tape.dropout()->next();
  }

  // x [sum(active), C], packed as ops/recurrent.h says. Without a key it draws its own.
  Variable operator()(Tape& tape, const Variable& x, std::span<const int64_t> active,
                      std::optional<uint64_t> key = std::nullopt) const {
    if (masks_ == Masks::kElement) return ops::dropout(tape, x, probability_);
    if (!key) key = draw(tape);
    return key ? ops::dropout_by_sentence(tape, x, probability_, *key, active) : x;
  }

 private:
  float probability_;
  Masks masks_;
};

}  // namespace alinea
