// How word alignments agree with gold ones (Och & Ney 2003, "A systematic comparison of various
// statistical alignment models", section 5). With found links A, sure links S, possible links P ⊇
// S:
//   precision = |A ∩ P| / |A|,  recall = |A ∩ S| / |S|,
//   AER = 1 - (|A ∩ S| + |A ∩ P|) / (|A| + |S|)
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "metrics/links.h"

namespace alinea {

struct AlignmentError {
  int64_t found = 0, sure = 0;                 // |A|, |S|
  int64_t found_sure = 0, found_possible = 0;  // |A ∩ S|, |A ∩ P|

  // From 0 to 1; a quotient of nothing by nothing is 1, an AER then 0.
  double precision() const;
  double recall() const;
  double aer() const;
  std::string to_string() const;  // "AER = 0.082 (precision = 0.921 recall = 0.914 ...)"
};

// Over all sentences together. Throws Error where there are not as many of one as of the other.
AlignmentError alignment_error(std::span<const Links> found, std::span<const GoldLinks> gold);

}  // namespace alinea
