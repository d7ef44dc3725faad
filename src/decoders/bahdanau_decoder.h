// Bahdanau, Cho & Bengio (2015), appendix A.2: attention looks with the previous state.
//
//   c_t = attend(s_{t-1})            (gated with a context gate: recurrent_decoder.h)
//   s_t = layers([E y_{t-1} ; c_t], s_{t-1})
//   o_t = tanh(W_o [s_t ; c_t ; E y_{t-1}] + b_o),  or maxout of twice as many units
//
// Without attention, c_t is left out everywhere.
#pragma once

#include "decoders/recurrent_decoder.h"
#include "layers/linear.h"

namespace alinea {

class BahdanauDecoder : public RecurrentDecoder {
 public:
  // Parameters: those of RecurrentDecoder, and readout as in Linear.
  BahdanauDecoder(ParameterStore& store, const DecoderOptions& options, int64_t vocabulary);

  int64_t readout_size() const override { return hidden_size(); }

 protected:
  // Gives what the readout reads, [s_t ; c_t ; E y_{t-1}].
  DecoderStep advance(Tape& tape, const Variable& embedded, DecoderState& state, int64_t position,
                      const RecurrentStack::Draws& draws) const override;
  Variable finish(Tape& tape, const Variable& unfinished) const override;

 private:
  bool maxout_;
  Linear readout_;
};

}  // namespace alinea
