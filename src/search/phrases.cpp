#include "search/phrases.h"

#include <algorithm>
#include <set>

namespace alinea {
namespace {

// How much of the phrase a text that had `matched` of it has with one more token.
size_t extended(std::span<const int32_t> tokens, std::span<const size_t> fallback, size_t matched,
                int32_t token) {
  while (matched > 0 && tokens[matched] != token) matched = fallback[matched - 1];
  return tokens[matched] == token ? matched + 1 : 0;
}

std::vector<size_t> fallbacks(std::span<const int32_t> tokens) {
  std::vector<size_t> fallback(tokens.size(), 0);
  for (size_t i = 1; i < tokens.size(); ++i)
    fallback[i] = extended(tokens, fallback, fallback[i - 1], tokens[i]);
  return fallback;
}

}  // namespace

Phrases::Phrases(std::span<const std::vector<int32_t>> phrases) {
  const std::set<std::vector<int32_t>> different(phrases.begin(), phrases.end());
  for (const std::vector<int32_t>& tokens : different) {
    phrases_.push_back({tokens, fallbacks(tokens)});
    size_ += tokens.size();
  }
}

Phrases::Progress Phrases::progress(std::span<const int32_t> tokens) const {
  Progress progress(phrases_.size(), 0);
  for (const int32_t token : tokens) advance(progress, token);
  return progress;
}

void Phrases::advance(Progress& progress, int32_t token) const {
  for (size_t i = 0; i < phrases_.size(); ++i) {
    const auto& [tokens, fallback] = phrases_[i];
    if (progress[i] < tokens.size()) progress[i] = extended(tokens, fallback, progress[i], token);
  }
}

size_t Phrases::met(const Progress& progress) const {
  size_t held = 0, most = 0;
  for (size_t i = 0; i < phrases_.size(); ++i) {
    const bool is_held = progress[i] == phrases_[i].tokens.size();
    if (is_held) held += progress[i];
    if (!is_held) most = std::max(most, progress[i]);
  }
  return held + most;
}

std::vector<int32_t> Phrases::next_tokens(const Progress& progress) const {
  std::set<int32_t> tokens;
  for (size_t i = 0; i < phrases_.size(); ++i)
    if (progress[i] < phrases_[i].tokens.size()) tokens.insert(phrases_[i].tokens[progress[i]]);
  return {tokens.begin(), tokens.end()};
}

}  // namespace alinea
