// oneDNN's recurrent primitives behind plain pointers: one forward and one backward execution over
// `steps` steps of `batch` sentences that all last that long.
#pragma once

#include <cstdint>
#include <optional>

#include "ops/onednn.h"
#include "ops/recurrent.h"

namespace alinea::ops {

struct RecurrentSize {
  Cell cell;
  bool training;
  int64_t steps, batch, inputs, hidden;
  bool operator==(const RecurrentSize&) const = default;
};

// Weights are plain: [I, G, H] (ldigo) forward, [G, H, I] (ldgoi) backward.
struct RecurrentForward {
  float *x, *h, *c;  // [steps, batch, I], [batch, H], [batch, H] (LSTM)
  float *input, *recurrent, *bias;
  float *y, *last_h, *last_c;  // [steps, batch, H], [batch, H], [batch, H]
  std::byte* workspace;        // training only
};

struct RecurrentBackward {
  RecurrentForward forward;            // with `input` and `recurrent` as [G, H, I] and [G, H, H]
  float *dy, *dlast_h, *dlast_c;       // read
  float *dx, *dh, *dc;                 // overwritten
  float *dinput, *drecurrent, *dbias;  // added to; shaped as the weights
};

class RecurrentPrimitive {
 public:
  explicit RecurrentPrimitive(const RecurrentSize& size);

  size_t workspace_bytes() const;
  void forward(const RecurrentForward& pointers);
  void backward(const RecurrentBackward& pointers);

 private:
  struct Layouts;  // the memory descriptors of one size
  template <typename Forward, typename Backward>
  void make(const Layouts& m);

  RecurrentSize size_;
  std::optional<dnnl::primitive_desc_base> forward_description_, backward_description_;
  dnnl::primitive forward_, backward_;
};

// The primitive for a size, made once and kept: valid until the next call.
RecurrentPrimitive& recurrent_primitive(const RecurrentSize& size);

}  // namespace alinea::ops
