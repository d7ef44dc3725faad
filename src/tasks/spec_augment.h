// Features warped in time, and with parts left out, so that a model does not depend on any of them
// (Park et al. 2019, "SpecAugment", section 2).
#pragma once

#include <cstdint>
#include <span>

#include "support/random.h"

namespace alinea {

class FieldList;

struct SpecAugmentOptions {
  int64_t time_warp = 0;                                   // W, in rows
  int64_t time_masks = 0, time_mask_width = 20;            // T, in rows
  int64_t frequency_masks = 0, frequency_mask_width = 10;  // F, in columns

  bool is_on() const { return time_warp > 0 || time_masks > 0 || frequency_masks > 0; }
  void visit(FieldList& fields);
};

// Of an example of features [rows, columns], first: a row w_0 moves by w, both drawn, w from -W to
// W and w_0 from what leaves room for that, and the rows before it and behind it stretch or shrink
// in proportion, interpolated linearly; the first and the last stay. An example of too few rows
// moves by as many as it has room for. Then: sets to 0, the mean of normalised ones, for each mask
// t rows from t_0 on, t drawn from 0 ... T and t_0 from what leaves room for them, and the same for
// columns. No mask leaves out all rows or columns.
void spec_augment(std::span<float> values, int64_t columns, const SpecAugmentOptions& options,
                  Random& random);

}  // namespace alinea
