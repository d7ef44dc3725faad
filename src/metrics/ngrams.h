// Matching n-grams, on which BLEU and chrF rest.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace alinea {

struct NgramMatches {
  int64_t hypothesis = 0;  // n-grams in the hypothesis
  int64_t reference = 0;   // n-grams in the reference
  int64_t common = 0;      // each as often as it occurs in both
};

template <typename Token>
std::vector<std::span<const Token>> sorted_ngrams(std::span<const Token> tokens, int64_t order) {
  std::vector<std::span<const Token>> ngrams;
  const auto length = static_cast<size_t>(order);
  for (size_t i = 0; i + length <= tokens.size(); ++i) ngrams.push_back(tokens.subspan(i, length));
  std::ranges::sort(ngrams, std::ranges::lexicographical_compare);
  return ngrams;
}

// How many n-grams two sorted lists have in common: what repeats, as often as it does in both.
template <typename Token>
int64_t count_common(const std::vector<std::span<const Token>>& left,
                     const std::vector<std::span<const Token>>& right) {
  std::vector<std::span<const Token>> common;
  std::ranges::set_intersection(left, right, std::back_inserter(common),
                                std::ranges::lexicographical_compare);
  return std::ssize(common);
}

template <typename Token>
NgramMatches match_ngrams(std::span<const Token> hypothesis, std::span<const Token> reference,
                          int64_t order) {
  const auto left = sorted_ngrams(hypothesis, order);
  const auto right = sorted_ngrams(reference, order);
  return {std::ssize(left), std::ssize(right), count_common(left, right)};
}

}  // namespace alinea
