#include "metrics/chrf.h"

#include <fmt/format.h>
#include <utf8.h>

#include <array>
#include <iterator>

#include "metrics/ngrams.h"
#include "metrics/whitespace.h"

namespace alinea {

namespace {

constexpr size_t kOrders = 6;
using Counts = std::array<NgramMatches, kOrders>;

std::u32string characters(std::string_view text) {
  std::u32string points;
  for (const auto word : split_words(text)) {
    utf8::utf8to32(word.begin(), word.end(), std::back_inserter(points));
  }
  return points;
}

Counts count(const std::u32string& hypothesis, const std::u32string& reference) {
  Counts counts{};
  for (size_t n = 0; n < kOrders; ++n) {
    const auto matches = match_ngrams<char32_t>(hypothesis, reference, static_cast<int64_t>(n) + 1);
    // What a reference is too short to hold does not count against its hypothesis.
    if (matches.reference > 0) counts[n] = matches;
  }
  return counts;
}

double f2_score(const Counts& counts) {
  double precision = 0, recall = 0;
  int effective_orders = 0;
  for (const auto& [hypothesis, reference, common] : counts) {
    if (hypothesis == 0 || reference == 0) continue;
    precision += static_cast<double>(common) / static_cast<double>(hypothesis);
    recall += static_cast<double>(common) / static_cast<double>(reference);
    ++effective_orders;
  }
  if (precision + recall == 0) return 0;
  precision /= effective_orders;
  recall /= effective_orders;
  return 100 * (5 * precision * recall / (4 * precision + recall));
}

Counts count_best(const std::string& hypothesis, std::span<const std::string_view> references) {
  Counts best{};
  double best_score = -1;
  for (const std::string_view reference : references) {
    const Counts counts = count(characters(hypothesis), characters(reference));
    const double score = f2_score(counts);
    if (score <= best_score) continue;
    best = counts;
    best_score = score;
  }
  return best;
}

}  // namespace

Chrf corpus_chrf(std::span<const std::string> hypotheses, const References& references) {
  check_segments(hypotheses, references);
  Counts sums{};
  for (size_t i = 0; i < hypotheses.size(); ++i) {
    const Counts counts = count_best(hypotheses[i], references_of(references, i));
    for (size_t n = 0; n < kOrders; ++n) {
      sums[n].hypothesis += counts[n].hypothesis;
      sums[n].reference += counts[n].reference;
      sums[n].common += counts[n].common;
    }
  }
  return {f2_score(sums), number_of_references(references)};
}

std::string Chrf::signature() const {
  return fmt::format("{}|case:{}|eff:yes|nc:{}|nw:0|space:no|version:alinea-{}",
                     to_signature(references), lowercase ? "lc" : "mixed", kOrders, ALINEA_VERSION);
}

std::string Chrf::to_string() const { return fmt::format("chrF2 = {:.2f}", score); }

}  // namespace alinea
