// What a CTC output layer says of hypotheses: how probable all that begins with one is (Hori,
// Watanabe & Hershey 2017, "Joint CTC/attention decoding for end-to-end speech recognition",
// algorithm 2).
//
//   Ψ(h) = Σ p_CTC(y) over all y that begin with h,   p_CTC(c | h) = Ψ(h·c) / Ψ(h)
//
// over all next words c and the end, Ψ(h·</s>) being p_CTC(h). <s> is the blank. A path of S
// classes writes h by step s, with a blank there or with its last word:
//
//   γb_s(h) = (γb_{s-1}(h) + γn_{s-1}(h)) p_s(blank)
//   φ_s(h, c) = γb_s(h) + γn_s(h) [c is not h's last word]
//   γn_s(h·c) = (γn_{s-1}(h·c) + φ_{s-1}(h, c)) p_s(c)
//   Ψ(h·c) = Σ_s φ_{s-1}(h, c) p_s(c)
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "search/state.h"
#include "tensor/tensor.h"

namespace alinea {

class CtcPrefixes {
 public:
  // log p of every word at every position, [Σ S_n, V], sentences one behind the other, and S_n.
  CtcPrefixes(const Tensor& log_probabilities, std::span<const int64_t> positions);

  // As State::advance; words are below V.
  void advance(std::span<const Row> rows);
  // log p_CTC(c | h) of each word after the hypothesis of a row, [V]; -inf for <s>.
  void log_probabilities(size_t row, std::span<double> next) const;

 private:
  // Of a hypothesis, in logarithms.
  struct Paths {
    int64_t sentence;
    int32_t last;                     // word; <s> of the empty hypothesis
    std::vector<double> blank, word;  // γb_s and γn_s, s from 0 to S
    double prefix;                    // Ψ

    // φ_s where the next word is, or is not, the last one again
    double reached(size_t s, bool again) const;
  };

  Paths empty(int64_t sentence) const;
  Paths extended(const Paths& before, int32_t word) const;
  // Where the words of a position begin.
  size_t position(int64_t sentence, size_t s) const {
    return (static_cast<size_t>(first_[static_cast<size_t>(sentence)]) + s) *
           static_cast<size_t>(words_);
  }
  size_t positions(int64_t sentence) const {
    const auto n = static_cast<size_t>(sentence);
    return static_cast<size_t>(first_[n + 1] - first_[n]);
  }

  int64_t words_;               // V
  std::vector<float> log_p_;    // [Σ S_n, V]
  std::vector<double> p_;       // the same without the logarithm
  std::vector<int64_t> first_;  // rows before each sentence, and all
  std::vector<Paths> paths_;    // of the rows of the step that was taken last
};

}  // namespace alinea
