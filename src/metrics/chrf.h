// Corpus chrF2 (Popović 2016, "chrF deconstructed: beta parameters and n-gram weights"), number for
// number as sacreBLEU 2 computes it by default: n-grams of 1 to 6 code points, white space removed,
// no word n-grams, case kept. Of several references of a sentence the one counts by which its own
// chrF2 is highest, of equals the first.
//
//   chrF2 = (1 + 2^2) P R / (2^2 P + R)
//
// with P and R the precision and recall of n-grams over the whole corpus, averaged over those
// orders of which hypotheses and references both have some (the effective order).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "metrics/references.h"

namespace alinea {

struct Chrf {
  double score = 0;                       // 0 to 100
  std::optional<int64_t> references = 1;  // as those of Bleu
  bool lowercase = false;

  // How the score was made, in the form of sacreBLEU; the version names this program.
  std::string signature() const;
  std::string to_string() const;  // "chrF2 = 51.50"
};

// Throws what check_segments throws.
Chrf corpus_chrf(std::span<const std::string> hypotheses, const References& references);

}  // namespace alinea
