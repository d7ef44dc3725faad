// The encoder of convolutional sequence to sequence learning (Gehring et al. 2017, section 3.2):
// blocks of gated convolutions, in which after l of them a position has seen l (k - 1) neighbours.
// The states z have the size of the word vectors e, because attention sums up z + e.
#pragma once

#include <vector>

#include "encoders/encoder.h"
#include "layers/convolution.h"

namespace alinea {

class ConvolutionalEncoder : public Encoder {
 public:
  // Parameters: those of ConvolutionInput under encoder, encoder.layerL as in ConvolutionBlock, and
  // encoder.output as in NormalisedLinear, [C, E].
  ConvolutionalEncoder(ParameterStore& store, const EncoderOptions& options, int64_t vocabulary);

  int64_t state_size() const override { return size_; }
  std::optional<int64_t> most_words() const override { return input_.most_words(); }
  // Without last states.
  Encoded operator()(Tape& tape, const Source& source) const override;

 private:
  ConvolutionInput::Words read(Tape& tape, const Source& source,
                               const SequenceLayout& layout) const;

  int64_t size_, kernel_, before_;
  double word_dropout_;
  ConvolutionInput input_;
  std::vector<ConvolutionBlock> blocks_;
  NormalisedLinear output_;
};

}  // namespace alinea
