#include "options/suggestion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>
#include <vector>

namespace alinea {
namespace {

// What others call options and their values, and what is near to it here.
struct OtherName {
  std::string_view theirs;
  std::array<std::string_view, 2> ours;
};
constexpr OtherName kOtherNames[] = {
    {"layers", {"encoder-layers", "decoder-layers"}},
    {"num-layers", {"encoder-layers", "decoder-layers"}},
    {"vocab-size", {"vocabulary-size"}},
    {"emb-size", {"embedding-size"}},
    {"dim-emb", {"embedding-size"}},
    {"rnn-size", {"hidden-size"}},
    {"dim-rnn", {"hidden-size"}},
    {"lr", {"learning-rate"}},
    {"early-stopping", {"patience"}},
    {"input", {"n-best-list", "prompts"}},
    {"bahdanau", {"additive"}},
    {"mlp", {"additive"}},
    {"luong", {"general"}},
    {"rope", {"relative"}},
};

// Row by row through the table of prefixes, one row kept.
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < from.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < to.size(); ++j) {
      const size_t substituted = diagonal + (lower(from[i]) == lower(to[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substituted, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

// Without the dashes of an option, which are right however wrong the rest is.
std::string_view bare(std::string_view name) {
  return name.substr(std::min(name.find_first_not_of('-'), name.size()));
}

// The candidates that another toolkit or command calls by this name.
std::vector<std::string> names_for(std::string_view name, std::span<const std::string> candidates) {
  std::string theirs(bare(name));
  std::ranges::transform(theirs, theirs.begin(), [](char c) { return c == '_' ? '-' : lower(c); });
  std::vector<std::string> names;
  for (const OtherName& other : kOtherNames) {
    if (other.theirs != theirs) continue;
    for (const std::string_view ours : other.ours)
      for (const std::string& candidate : candidates)
        if (bare(candidate) == ours) names.push_back(candidate);
  }
  return names;
}

}  // namespace

std::string nearest_name(std::string_view name, std::span<const std::string> candidates) {
  constexpr size_t kLongest = 100;  // no name is that long, and the table is quadratic
  if (name.empty() || name.size() > kLongest) return {};
  std::string nearest;
  size_t least = bare(name).size() / 3 + 2;  // as many mistakes are no longer a likeness
  for (const std::string& candidate : candidates) {
    const bool begins = name.size() > 1 && candidate.starts_with(name);
    const size_t distance = begins ? 1 : edit_distance(name, candidate);
    if (distance < std::min(least, bare(candidate).size())) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string suggestion(std::string_view name, std::span<const std::string> candidates) {
  const std::vector<std::string> known = names_for(name, candidates);
  if (!known.empty()) return fmt::format("; did you mean {}?", fmt::join(known, " or "));
  const std::string nearest = nearest_name(name, candidates);
  return nearest.empty() ? std::string() : fmt::format("; did you mean {}?", nearest);
}

}  // namespace alinea
