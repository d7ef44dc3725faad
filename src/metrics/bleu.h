// Corpus BLEU (Papineni et al. 2002, "BLEU: a method for automatic evaluation of machine
// translation"), number for number as sacreBLEU 2 computes it by default (Post 2018, "A call for
// clarity in reporting BLEU scores"): case kept, orders 1 to 4, exponential smoothing (Chen &
// Cherry 2014, method 3), no effective order.
//
//   BLEU = BP * exp(1/4 sum_n log p_n),  BP = min(1, exp(1 - r/c))
//
// with p_n the clipped n-gram precision in percent, c and r the lengths of all hypotheses and of
// all references in tokens. Of several references of a sentence an n-gram counts as often as it
// occurs in the one that has most of it, and r has the length of the one nearest to the hypothesis
// in length, of two equally near the shorter.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "metrics/bleu_tokenizer.h"
#include "metrics/references.h"

namespace alinea {

struct Bleu {
  double score = 0;                    // 0 to 100
  std::array<double, 4> precisions{};  // in percent; smoothed where nothing of an order matched
  double brevity_penalty = 0;          // 0 to 1
  int64_t hypothesis_length = 0;       // tokens
  int64_t reference_length = 0;        // tokens
  std::array<int64_t, 4> correct{};    // n-grams of the hypotheses found in their references
  std::array<int64_t, 4> total{};      // n-grams of the hypotheses
  BleuTokenizer tokenizer = BleuTokenizer::k13a;
  std::optional<int64_t> references = 1;  // of every sentence; nothing where it varies
  bool lowercase = false;  // whoever put the text into lower case says so here, for the signature

  // How the score was made, in the form of sacreBLEU; the version names this program.
  std::string signature() const;
  // "BLEU = 38.01 70.1/45.2/31.0/21.5 (BP = 0.987 ratio = 0.987 hyp_len = 123 ref_len = 125)"
  std::string to_string() const;
};

// Throws what check_segments throws. White space at the end of a sentence never counts.
Bleu corpus_bleu(std::span<const std::string> hypotheses, const References& references,
                 BleuTokenizer tokenizer);

}  // namespace alinea
