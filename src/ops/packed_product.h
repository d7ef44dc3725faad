// Products with weights that are packed once into the layout, and the precision, in which oneDNN
// multiplies fastest: for a few rows a product that packs them each time takes up to twice as long.
// For models that only compute: one that learns would have to pack them after each update.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "autograd/tape.h"

namespace alinea::ops {

// Columns [first, first + outputs) of weights [inputs, stride]; or, where the weights lie the other
// way round, columns [first, first + inputs) of [outputs, stride].
struct WeightPart {
  Variable weight;
  int64_t inputs, outputs, stride;
  int64_t first = 0;
  bool turned = false;
};

// Whether the product of so many rows with the weight, of a parameter in whole, is to be packed.
bool is_packed(const Tape& tape, const Variable& weight, int64_t rows);

// y [rows, outputs] = x [rows, inputs] W + b, or added to y. The bias [outputs] may be nullptr.
struct PackedProduct {
  int64_t rows;
  const float* x;
  const float* bias;
  bool add;
  float* y;
};
void multiply_packed(const WeightPart& part, const PackedProduct& product);

std::vector<std::string> precision_names();
// Throws std::invalid_argument for a name that is not one of precision_names(), Error where the CPU
// has no instructions for it.
Precision precision_from_name(const std::string& name);

}  // namespace alinea::ops
