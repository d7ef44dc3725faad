// The options of convolutional layers, in encoders and decoders.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "layers/convolution.h"

namespace alinea {

class FieldList;

struct ConvolutionFields {
  int64_t kernel = 3;
  std::string channels = "256";  // of each block, the last one for all further blocks

  // `holds`: whether the model has such layers, which is what `needed` says in words.
  void visit(FieldList& fields, const std::string& needed, const std::function<bool()>& holds);
  // Of so many blocks.
  struct Sizes {
    int64_t size, layers, max_positions;
  };
  ConvolutionOptions options(const Sizes& sizes, const Dropout& dropout, double probability) const;
  // Throws UsageError where there are more channels than blocks.
  void check(int64_t layers) const;
};

}  // namespace alinea
