// Products with weights that are packed once into the layout, in their precision, in which oneDNN
// multiplies fastest: for a few rows a product that packs them each time takes up to twice as long.
// For models that only compute: one that learns would have to pack them after each update.
#pragma once

#include "ops/weight_product.h"

namespace alinea::ops {

// Whether the product of so many rows with the weight, of a parameter in whole, is to be packed.
bool is_packed(const Tape& tape, const Variable& weight, int64_t rows);

// The arena gives memory for a moment.
void multiply_packed(Arena& arena, const WeightPart& part, const WeightProduct& product);

}  // namespace alinea::ops
