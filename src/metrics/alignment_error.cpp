#include "metrics/alignment_error.h"

#include <fmt/format.h>

#include <algorithm>

#include "support/error.h"

namespace alinea {

namespace {

double quotient(int64_t part, int64_t whole) {
  return whole == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(whole);
}

int64_t in_common(const Links& a, const Links& b) {
  return std::count_if(a.begin(), a.end(), [&](const Link& link) {
    return std::binary_search(b.begin(), b.end(), link);
  });
}

}  // namespace

double AlignmentError::precision() const { return quotient(found_possible, found); }
double AlignmentError::recall() const { return quotient(found_sure, sure); }
double AlignmentError::aer() const {
  return 1.0 - quotient(found_sure + found_possible, found + sure);
}

std::string AlignmentError::to_string() const {
  return fmt::format("AER = {:.4f} (precision = {:.4f} recall = {:.4f} links = {} sure = {})",
                     aer(), precision(), recall(), found, sure);
}

AlignmentError alignment_error(std::span<const Links> found, std::span<const GoldLinks> gold) {
  if (found.size() != gold.size())
    throw Error("expected as many aligned as gold sentences, got {} and {}", found.size(),
                gold.size());
  AlignmentError error;
  for (size_t i = 0; i < found.size(); ++i) {
    error.found += std::ssize(found[i]);
    error.sure += std::ssize(gold[i].sure);
    error.found_sure += in_common(found[i], gold[i].sure);
    error.found_possible += in_common(found[i], gold[i].possible);
  }
  return error;
}

}  // namespace alinea
