// From the encoder's last states to the decoder's first ones.
#pragma once

#include <string>
#include <vector>

#include "decoders/decoder.h"
#include "layers/linear.h"
#include "layers/recurrent.h"

namespace alinea {

// bridge: layer l starts from h = tanh(W_l m + b_l), m = [h⃗_S ; h⃖_1] of the encoder's top layer
//         (Bahdanau et al. 2015, appendix A.2.2, there h⃖_1 alone); an LSTM's c from its own affine
//         map of the last cell states, without the tanh. An encoder without last states gives the
//         mean of its states for both.
// last:   layer l starts from the encoder layer l's last states (Sutskever et al. 2014).
// zero:   every layer starts from 0.
std::vector<std::string> bridge_names();

class Bridge {
 public:
  enum class Kind { kBridge, kLast, kZero };

  // Parameters of the first kind: bridge.layerL.hidden and, for an LSTM, bridge.layerL.cell.
  Bridge(ParameterStore& store, const DecoderOptions& options);

  // One state a decoder layer, [N, H]; 0 without an encoder. Throws std::logic_error where `last`
  // finds no last states.
  std::vector<RecurrentState> operator()(Tape& tape, int64_t sentences,
                                         const Encoded* encoded) const;

 private:
  std::vector<RecurrentState> zeros(Tape& tape, int64_t sentences) const;

  Kind kind_;
  bool lstm_;
  int64_t layers_, hidden_;
  std::vector<Linear> from_hidden_, from_cell_;
};

}  // namespace alinea
