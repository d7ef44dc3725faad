// Luong, Pham & Manning (2015), section 3: the layers run first, attention looks with the current
// state.
//
//   h_t = layers([E y_{t-1} ; h̃_{t-1}], h_{t-1}),  h̃_0 = 0     (without input feeding: E y_{t-1})
//   c_t = attend(h_t)
//   h̃_t = tanh(W_c [c_t ; h_t])                                 (eq. 5; the readout)
//
// Without attention the readout is h_t itself (Sutskever et al. 2014).
#pragma once

#include "layers/linear.h"
#include "models/decoder.h"

namespace alinea {

class LuongDecoder : public Decoder {
 public:
  LuongDecoder(ParameterStore& store, const ModelOptions& options);

  Memory remember(Tape& tape, const Variable& states,
                  std::span<const int64_t> lengths) const override {
    return attention_ ? attention_->remember(tape, states, lengths) : Memory{{}, {}, lengths};
  }
  DecoderStep step(Tape& tape, const Variable& embedded, const DecoderState& state,
                   const Memory& memory, int64_t position) const override;
  Unrolled unroll(Tape& tape, const Targets& targets, DecoderState state,
                  const Memory& memory) const override;

 private:
  Variable combine(Tape& tape, const Variable& context, const Variable& h) const;

  bool input_feeding_;
  std::optional<Attention> attention_;
  RecurrentStack layers_;
  std::optional<Linear> combine_;  // W_c
};

}  // namespace alinea
