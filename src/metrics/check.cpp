#include "metrics/check.h"

#include <algorithm>

#include "support/error.h"
#include "support/utf8.h"

namespace alinea {

namespace {

void check_text(const char* name, std::span<const std::string> segments) {
  const auto bad = std::ranges::find_if_not(segments, is_valid_text);
  if (bad == segments.end()) return;
  throw Error("expected UTF-8 text, but the {} of line {} is not; convert the file", name,
              bad - segments.begin() + 1);
}

}  // namespace

void check_segments(std::span<const std::string> hypotheses,
                    std::span<const std::string> references) {
  if (hypotheses.size() != references.size()) {
    throw Error(
        "expected one reference per hypothesis, but there are {} hypotheses and {} references; "
        "check that both files have one line per sentence",
        hypotheses.size(), references.size());
  }
  if (hypotheses.empty()) {
    throw Error("expected at least one sentence to score, got none; is the file empty?");
  }
  check_text("hypothesis", hypotheses);
  check_text("reference", references);
}

}  // namespace alinea
