#include "metrics/references.h"

#include <fmt/format.h>

#include <algorithm>

#include "metrics/whitespace.h"
#include "support/counted.h"
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

void check_segments(std::span<const std::string> hypotheses, const References& references) {
  if (references.empty()) throw Error("expected at least one file of references");
  for (const std::vector<std::string>& lines : references) {
    if (hypotheses.size() == lines.size()) continue;
    throw Error(
        "expected one reference per hypothesis, but there {} and {}; "
        "check that both files have one line per sentence",
        hypotheses.size() == 1 ? "is 1 hypothesis"
                               : fmt::format("are {} hypotheses", hypotheses.size()),
        counted(lines.size(), "reference"));
  }
  if (hypotheses.empty()) {
    throw Error("expected at least one sentence to score, got none; is the file empty?");
  }
  check_text("hypothesis", hypotheses);
  for (const std::vector<std::string>& lines : references) check_text("reference", lines);
}

std::vector<std::string_view> references_of(const References& references, size_t sentence) {
  std::vector<std::string_view> found;
  for (const std::vector<std::string>& lines : references)
    if (!strip_end(lines[sentence]).empty()) found.emplace_back(lines[sentence]);
  if (found.empty()) found.emplace_back();
  return found;
}

std::optional<int64_t> number_of_references(const References& references) {
  if (references.size() <= 1) return std::ssize(references);
  std::optional<int64_t> number;
  for (size_t i = 0; i < references.front().size(); ++i) {
    const int64_t here = std::ssize(references_of(references, i));
    if (number && *number != here) return std::nullopt;
    number = here;
  }
  return number;
}

std::string to_signature(std::optional<int64_t> number) {
  return number ? fmt::format("nrefs:{}", *number) : "nrefs:var";
}

}  // namespace alinea
