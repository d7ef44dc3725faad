// References: what every corpus score compares translations with.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace alinea {

// Indexed by [file][sentence]: any number of references per sentence, a file for each. An empty
// line is no reference, as in sacreBLEU, so that sentences may have fewer than there are files.
// Where all files have an empty line, the reference is empty.
using References = std::vector<std::vector<std::string>>;

// Throws Error unless there is at least one file, each has as many lines as there are hypotheses,
// and all lines are well-formed UTF-8. There must be at least one hypothesis.
void check_segments(std::span<const std::string> hypotheses, const References& references);

// At least one.
std::vector<std::string_view> references_of(const References& references, size_t sentence);

// The number of references of every sentence; nothing where it varies.
std::optional<int64_t> number_of_references(const References& references);

// As sacreBLEU's signatures have it: "nrefs:2", or "nrefs:var".
std::string to_signature(std::optional<int64_t> number_of_references);

}  // namespace alinea
