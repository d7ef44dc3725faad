#include "metrics/bleu.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <deque>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/ngrams.h"
#include "metrics/whitespace.h"

namespace alinea {

namespace {

using Tokens = std::span<const std::string_view>;
using Ngrams = std::vector<Tokens>;

// A tokenised sentence. Its tokens point into its text, so it stays where it is.
class Sentence {
 public:
  Sentence(std::string_view raw, BleuTokenizer tokenizer)
      : text_(tokenize(tokenizer, raw)), tokens_(split_words(text_)) {}
  Sentence(const Sentence&) = delete;
  Sentence& operator=(const Sentence&) = delete;

  Tokens tokens() const { return tokens_; }
  int64_t length() const { return std::ssize(tokens_); }

 private:
  std::string text_;
  std::vector<std::string_view> tokens_;
};

using Sentences = std::deque<Sentence>;  // which does not move them

// The n-grams of all references, each as often as in the one that has most of it.
Ngrams joined_ngrams(const Sentences& references, int64_t order) {
  Ngrams joined;
  for (const Sentence& reference : references) {
    Ngrams both;
    std::ranges::set_union(joined, sorted_ngrams(reference.tokens(), order),
                           std::back_inserter(both), std::ranges::lexicographical_compare);
    joined = std::move(both);
  }
  return joined;
}

int64_t nearest_length(const Sentences& references, int64_t length) {
  const auto nearness = [=](const Sentence& reference) {
    return std::pair(std::abs(reference.length() - length), reference.length());
  };
  return std::ranges::min_element(references, {}, nearness)->length();
}

void count_sentence(Bleu& bleu, const Sentence& hypothesis, const Sentences& references) {
  bleu.hypothesis_length += hypothesis.length();
  bleu.reference_length += nearest_length(references, hypothesis.length());
  for (size_t n = 0; n < bleu.total.size(); ++n) {
    const auto order = static_cast<int64_t>(n) + 1;
    const Ngrams ngrams = sorted_ngrams(hypothesis.tokens(), order);
    bleu.correct[n] += count_common(ngrams, joined_ngrams(references, order));
    bleu.total[n] += std::ssize(ngrams);
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

Bleu corpus_bleu(std::span<const std::string> hypotheses, const References& references,
                 BleuTokenizer tokenizer) {
  check_segments(hypotheses, references);
  Bleu bleu;
  bleu.tokenizer = tokenizer;
  bleu.references = number_of_references(references);
  for (size_t i = 0; i < hypotheses.size(); ++i) {
    Sentences right;
    for (const std::string_view text : references_of(references, i))
      right.emplace_back(text, tokenizer);
    count_sentence(bleu, Sentence(hypotheses[i], tokenizer), right);
  }
  bleu.brevity_penalty = brevity_penalty(bleu.hypothesis_length, bleu.reference_length);
  // No smoothing makes something of no match at all.
  if (std::ranges::all_of(bleu.correct, [](int64_t count) { return count == 0; })) return bleu;
  bleu.precisions = smoothed_precisions(bleu);
  bleu.score = bleu.brevity_penalty * geometric_mean(bleu.precisions);
  return bleu;
}

std::string Bleu::signature() const {
  return fmt::format("{}|case:{}|eff:no|tok:{}|smooth:exp|version:alinea-{}",
                     to_signature(references), lowercase ? "lc" : "mixed", name_of(tokenizer),
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
