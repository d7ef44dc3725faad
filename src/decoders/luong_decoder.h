// Luong, Pham & Manning (2015), section 3: the layers run first, attention looks with the current
// state.
//
//   h_t = layers([E y_{t-1} ; h̃_{t-1}], h_{t-1}),  h̃_0 = 0     (without input feeding: E y_{t-1})
//   c_t = attend(h_t)
//   h̃_t = tanh(W_c [c_t ; h_t])                                 (eq. 5; the readout)
//
// Without attention the readout is h_t itself (Sutskever et al. 2014).
#pragma once

#include "decoders/recurrent_decoder.h"
#include "layers/linear.h"

namespace alinea {

class LuongDecoder : public RecurrentDecoder {
 public:
  // Parameters: those of RecurrentDecoder, and with attention readout.weight.
  LuongDecoder(ParameterStore& store, const DecoderOptions& options, int64_t vocabulary);

  int64_t readout_size() const override { return hidden_size(); }
  Unrolled unroll(Tape& tape, const Targets& targets, DecoderState state) const override;

 protected:
  DecoderStep advance(Tape& tape, const Variable& embedded, DecoderState& state, int64_t position,
                      const RecurrentStack::Draws& draws) const override;

 private:
  Variable combine(Tape& tape, const Variable& context, const Variable& h) const;
  Unrolled unroll_at_once(Tape& tape, const Targets& targets, const DecoderState& state) const;

  bool input_feeding_;
  std::optional<Linear> combine_;  // W_c
};

}  // namespace alinea
