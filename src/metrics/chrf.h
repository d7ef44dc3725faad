// Corpus chrF2 (Popović 2016, "chrF deconstructed: beta parameters and n-gram weights") with one
// reference a sentence, number for number as sacreBLEU 2 computes it by default: n-grams of 1 to 6
// code points, white space removed, no word n-grams, case kept.
//
//   chrF2 = (1 + 2^2) P R / (2^2 P + R)
//
// with P and R the precision and recall of n-grams over the whole corpus, averaged over those
// orders of which hypotheses and references both have some (the effective order).
#pragma once

#include <span>
#include <string>

namespace alinea {

struct Chrf {
  double score = 0;        // 0 to 100
  bool lowercase = false;  // as that of Bleu

  // How the score was made, in the form of sacreBLEU; the version names this program.
  std::string signature() const;
  std::string to_string() const;  // "chrF2 = 51.50"
};

// Throws Error where the counts differ, where there is no sentence, or on malformed UTF-8.
Chrf corpus_chrf(std::span<const std::string> hypotheses, std::span<const std::string> references);

}  // namespace alinea
