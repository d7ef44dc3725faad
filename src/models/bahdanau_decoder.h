// Bahdanau, Cho & Bengio (2015), appendix A.2: attention looks with the previous state.
//
//   c_t = attend(s_{t-1})
//   s_t = layers([E y_{t-1} ; c_t], s_{t-1})
//   o_t = tanh(W_o [s_t ; c_t ; E y_{t-1}] + b_o),  or maxout of twice as many units
//
// Without attention, c_t is left out everywhere.
#pragma once

#include "layers/linear.h"
#include "models/decoder.h"

namespace alinea {

class BahdanauDecoder : public Decoder {
 public:
  BahdanauDecoder(ParameterStore& store, const ModelOptions& options);

  Memory remember(Tape& tape, const Variable& states,
                  std::span<const int64_t> lengths) const override {
    return attention_ ? attention_->remember(tape, states, lengths) : Memory{{}, {}, lengths};
  }
  DecoderStep step(Tape& tape, const Variable& embedded, const DecoderState& state,
                   const Memory& memory, int64_t position) const override;
  Unrolled unroll(Tape& tape, const Targets& targets, DecoderState state,
                  const Memory& memory) const override;

 private:
  // A step without its readout: gives what the readout reads, [s_t ; c_t ; E y_{t-1}].
  DecoderStep advance(Tape& tape, const Variable& embedded, const DecoderState& state,
                      const Memory& memory, int64_t position) const;
  Variable readout(Tape& tape, const Variable& read) const;

  bool maxout_;
  std::optional<Attention> attention_;
  RecurrentStack layers_;
  Linear readout_;
};

}  // namespace alinea
