#include "metrics/chrf.h"

#include <fmt/format.h>
#include <utf8.h>

#include <array>
#include <iterator>

#include "metrics/check.h"
#include "metrics/ngrams.h"
#include "metrics/whitespace.h"

namespace alinea {

namespace {

constexpr size_t kOrders = 6;

std::u32string characters(const std::string& text) {
  std::u32string points;
  for (const auto word : split_words(text)) {
    utf8::utf8to32(word.begin(), word.end(), std::back_inserter(points));
  }
  return points;
}

void count_sentence(std::array<NgramMatches, kOrders>& counts, const std::u32string& hypothesis,
                    const std::u32string& reference) {
  for (size_t n = 0; n < kOrders; ++n) {
    const auto matches = match_ngrams<char32_t>(hypothesis, reference, static_cast<int64_t>(n) + 1);
    // What a reference is too short to hold does not count against its hypothesis.
    if (matches.reference == 0) continue;
    counts[n].hypothesis += matches.hypothesis;
    counts[n].reference += matches.reference;
    counts[n].common += matches.common;
  }
}

double f2_score(const std::array<NgramMatches, kOrders>& counts) {
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

}  // namespace

Chrf corpus_chrf(std::span<const std::string> hypotheses, std::span<const std::string> references) {
  check_segments(hypotheses, references);
  std::array<NgramMatches, kOrders> counts{};
  for (size_t i = 0; i < hypotheses.size(); ++i) {
    count_sentence(counts, characters(hypotheses[i]), characters(references[i]));
  }
  return {f2_score(counts)};
}

std::string Chrf::signature() const {
  return fmt::format("nrefs:1|case:{}|eff:yes|nc:{}|nw:0|space:no|version:alinea-{}",
                     lowercase ? "lc" : "mixed", kOrders, ALINEA_VERSION);
}

std::string Chrf::to_string() const { return fmt::format("chrF2 = {:.2f}", score); }

}  // namespace alinea
