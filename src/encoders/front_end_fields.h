// The options of what reads features, before an encoder and in it.
#pragma once

#include <cstdint>
#include <string>

#include "encoders/front_end.h"

namespace alinea {

class FieldList;

struct FrontEndFields {
  std::string name = "linear";
  int64_t stacking = 1;
  int64_t subsampling = 0;            // encoder recurrent
  int64_t layers = 2, channels = 16;  // front end convolution
  // Of the training's features, only in files: C, and the grid of a picture's pixels or patches.
  int64_t columns = 1, height = 1, width = 1;

  // Of a model with a field "source-type", whose encoder may be recurrent.
  void visit(FieldList& fields);
  FrontEndOptions options() const;
  // Of the grid that a picture becomes, of pixels, patches or what a convolution leaves of them.
  // Its cells, row by row, are the positions of the encoder; with stacking or subsampling
  // rows_per_position() neighbours are one.
  int64_t cells_across() const;
  int64_t cells_down() const;
};

}  // namespace alinea
