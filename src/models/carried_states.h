// What recurrent layers carry from one piece of a stream to the next: the states of each stream,
// without their gradients (truncated backpropagation through time).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/language_network.h"

namespace alinea {

class CarriedStates {
 public:
  CarriedStates(const LanguageNetwork& network, int64_t streams);

  // The rows for these streams, on the tape; those that begin have the network's first ones.
  struct Place {
    int64_t stream;
    bool begins;
  };
  std::vector<Variable> rows(Tape& tape, std::span<const Place> places) const;
  // Threads may keep those of different streams at once. Numbers that are not finite become 0: no
  // stream is lost to an update that the trainer skips.
  void keep(std::span<const Place> places, std::span<const Variable> rows);

  int64_t streams() const { return streams_; }
  // Of all streams, one behind the other, each with as many.
  std::span<float> values() { return values_; }

 private:
  const LanguageNetwork& network_;
  int64_t streams_;
  int64_t size_ = 0;           // of a stream
  std::vector<float> values_;  // [streams, size]
};

}  // namespace alinea
