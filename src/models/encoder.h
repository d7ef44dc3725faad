// The encoder: words in, a state for every word and the last states of every layer out.
#pragma once

#include <span>
#include <vector>

#include "layers/embedding.h"
#include "models/bidirectional.h"
#include "models/model_options.h"

namespace alinea {

struct Encoded {
  Variable states;  // h_s = [h⃗_s ; h⃖_s] of the top layer, [N, S, K], 0 on padding
  std::vector<RecurrentState> last;  // each layer's [h⃗_S ; h⃖_1] (and c), [N, K]
};

// N sentences of at least one word, in any order; S is the longest length.
struct Sources {
  std::span<const int32_t> ids;      // [N, S]
  std::span<const int64_t> lengths;  // N
};

class Encoder {
 public:
  // Parameters: encoder.embedding.weight, encoder.layerL.forward and .backward as in Recurrent, and
  // encoder.layerL.norm as in LayerNorm.
  Encoder(ParameterStore& store, const ModelOptions& options, int64_t vocabulary);

  Encoded operator()(Tape& tape, const Sources& sources) const;

 private:
  Dropout dropout_;
  double word_dropout_;
  bool residual_;
  Embedding embedding_;
  std::vector<Bidirectional> layers_;
  std::vector<LayerNorm> norms_;
};

}  // namespace alinea
