// Pictures through convolutions of 3 by 3 pixels, each of which halves height and width
// (Springenberg et al. 2015, "Striving for simplicity: the all convolutional net": strides in the
// place of pooling). A cell of the last one is a vector, in the order of reading:
//
//   y^0 = the picture,  y^{l+1} = max(0, conv_{3×3, stride 2}(y^l) + b),  x = W y + b
#pragma once

#include <vector>

#include "encoders/front_end.h"
#include "layers/linear.h"

namespace alinea {

class ConvolutionFrontEnd : public FrontEnd {
 public:
  // Parameters: encoder.front_end.layerL.weight [3, 3, I, O] and .bias [O], with I = C for L = 0
  // and O = channels 2^L; encoder.front_end as in Linear, [O of the last, E].
  ConvolutionFrontEnd(ParameterStore& store, const FrontEndOptions& options, int64_t size);

  // The same of every picture. An example of fewer rows has zeros behind them.
  int64_t positions(int64_t rows) const override;
  FrontEndResult operator()(Tape& tape, std::span<const float> rows,
                            std::span<const int64_t> lengths) const override;

 private:
  struct Layer {
    const Parameter* weight;
    const Parameter* bias;
  };

  FrontEndOptions options_;
  std::vector<Layer> layers_;
  Linear linear_;
};

// What convolutions leave of so many pixels.
int64_t halved(int64_t pixels, int64_t layers);

}  // namespace alinea
