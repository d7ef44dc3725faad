#include "metrics/bleu.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "metrics/check.h"
#include "metrics/ngrams.h"
#include "metrics/tokenize_13a.h"
#include "metrics/whitespace.h"

namespace alinea {

namespace {

// A tokenised sentence. Its tokens point into its text, so it stays where it is.
class Sentence {
 public:
  Sentence(std::string_view raw, BleuTokenizer tokenizer)
      : text_(tokenizer == BleuTokenizer::k13a ? tokenize_13a(strip_end(raw)) : std::string(raw)),
        tokens_(split_words(text_)) {}
  Sentence(const Sentence&) = delete;
  Sentence& operator=(const Sentence&) = delete;

  std::span<const std::string_view> tokens() const { return tokens_; }

 private:
  std::string text_;
  std::vector<std::string_view> tokens_;
};

void count_sentence(Bleu& bleu, const Sentence& hypothesis, const Sentence& reference) {
  bleu.hypothesis_length += std::ssize(hypothesis.tokens());
  bleu.reference_length += std::ssize(reference.tokens());
  for (size_t n = 0; n < bleu.total.size(); ++n) {
    const auto matches =
        match_ngrams(hypothesis.tokens(), reference.tokens(), static_cast<int64_t>(n) + 1);
    bleu.correct[n] += matches.common;
    bleu.total[n] += matches.hypothesis;
  }
}

double brevity_penalty(int64_t hypothesis_length, int64_t reference_length) {
  if (hypothesis_length >= reference_length) return 1;
  if (hypothesis_length == 0) return 0;
  return std::exp(1 -
                  static_cast<double>(reference_length) / static_cast<double>(hypothesis_length));
}

// Of the orders without a match the first counts as half a match, the next as a quarter, and so
// on. An order without n-grams has precision 0, and so have those above it.
std::array<double, 4> smoothed_precisions(const Bleu& bleu) {
  std::array<double, 4> precisions{};
  double correct_if_none = 1;
  for (size_t n = 0; n < precisions.size() && bleu.total[n] > 0; ++n) {
    if (bleu.correct[n] == 0) correct_if_none /= 2;
    const double correct =
        bleu.correct[n] == 0 ? correct_if_none : static_cast<double>(bleu.correct[n]);
    precisions[n] = 100 * correct / static_cast<double>(bleu.total[n]);
  }
  return precisions;
}

double geometric_mean(const std::array<double, 4>& precisions) {
  double sum = 0;
  for (const double precision : precisions) sum += std::log(precision);  // log 0 = -inf, exp = 0
  return std::exp(sum / static_cast<double>(precisions.size()));
}

}  // namespace

Bleu corpus_bleu(std::span<const std::string> hypotheses, std::span<const std::string> references,
                 BleuTokenizer tokenizer) {
  check_segments(hypotheses, references);
  Bleu bleu;
  bleu.tokenizer = tokenizer;
  for (size_t i = 0; i < hypotheses.size(); ++i) {
    count_sentence(bleu, Sentence(hypotheses[i], tokenizer), Sentence(references[i], tokenizer));
  }
  bleu.brevity_penalty = brevity_penalty(bleu.hypothesis_length, bleu.reference_length);
  // No smoothing makes something of no match at all.
  if (std::ranges::all_of(bleu.correct, [](int64_t count) { return count == 0; })) return bleu;
  bleu.precisions = smoothed_precisions(bleu);
  bleu.score = bleu.brevity_penalty * geometric_mean(bleu.precisions);
  return bleu;
}

std::string Bleu::signature() const {
  return fmt::format("nrefs:1|case:{}|eff:no|tok:{}|smooth:exp|version:alinea-{}",
                     lowercase ? "lc" : "mixed", tokenizer == BleuTokenizer::k13a ? "13a" : "none",
                     ALINEA_VERSION);
}

std::string Bleu::to_string() const {
  const double ratio = reference_length == 0 ? 0
                                             : static_cast<double>(hypothesis_length) /
                                                   static_cast<double>(reference_length);
  return fmt::format("BLEU = {:.2f} {:.1f} (BP = {:.3f} ratio = {:.3f} hyp_len = {} ref_len = {})",
                     score, fmt::join(precisions, "/"), brevity_penalty, ratio, hypothesis_length,
                     reference_length);
}

}  // namespace alinea
