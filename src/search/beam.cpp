#include "search/beam.h"

#include <algorithm>

#include "search/allotment.h"
#include "text/vocabulary.h"

namespace alinea {

namespace {

// Room for the prefix, all required phrases and </s>, however low the limit.
int64_t max_length(const Beam::Lengths& lengths, const SearchOptions& options) {
  const auto needed = static_cast<int64_t>(lengths.prefix + lengths.required) + 1;
  return std::max(max_target_length(lengths.source, options), needed);
}

constexpr Candidate kStart = {.row = 0,
                              .token = kBegin,
                              .log_probability = 0,
                              .token_log_probability = 0,
                              .coverage = 0,
                              .met = 0};

}  // namespace

Beam::Beam(const Lengths& lengths, const SearchOptions& options)
    : options_(options),
      required_(lengths.required),
      max_length_(max_length(lengths, options)),
      alive_(static_cast<size_t>(options.sampling.enabled ? options.beam_size : 1), kStart) {}

void Beam::extend(std::span<const Candidate> candidates) {
  ++steps_;
  std::vector<int64_t> sizes(required_ + 1, 0), ranks = sizes, living = sizes;
  for (const Candidate& candidate : candidates) ++sizes[candidate.met];
  const std::vector<int64_t> places = allotted(sizes, options_.beam_size);
  next_.clear();
  for (const Candidate& candidate : candidates) {
    const size_t bank = candidate.met;
    const bool is_among_first = ranks[bank]++ < places[bank];
    const bool has_room = living[bank] < places[bank];
    if (candidate.token == kEnd) {
      if (is_among_first) finish(candidate, /*ended=*/true);
    } else if (has_room) {
      ++living[bank];
      next_.push_back(candidate);
    }
  }
  if (steps_ == max_length_) cut_off();
  alive_.swap(next_);
  if (is_decided()) alive_.clear();
}

void Beam::fail() {
  alive_.clear();
  finished_.clear();
}

// Takes those alive as they are, that have met most.
void Beam::cut_off() {
  size_t most = finished_.empty() ? 0 : required_;
  for (const Candidate& candidate : next_) most = std::max(most, candidate.met);
  for (const Candidate& candidate : next_)
    if (candidate.met == most) finish(candidate, /*ended=*/false);
  next_.clear();
}

void Beam::finish(const Candidate& last, bool ended) {
  // One token per step: a hypothesis that finishes at step |Y| has |Y| tokens, </s> counted.
  const double score =
      last.log_probability / length_penalty(steps_, options_.length_penalty) + last.coverage;
  finished_.push_back({.last = last, .step = steps_ - 1, .score = score, .ended = ended});
}

// Either the beam is full of finished hypotheses, or nothing alive can reach the n best: log P can
// only fall from here, the penalty is largest at the greatest length, and coverage adds at most 0.
bool Beam::is_decided() const {
  if (alive_.empty()) return true;
  const auto count = static_cast<int64_t>(finished_.size());
  if (count >= options_.beam_size) return true;
  if (count < options_.n_best) return false;
  const double bound =
      alive_.front().log_probability / length_penalty(max_length_, options_.length_penalty);
  const auto still_better = std::count_if(finished_.begin(), finished_.end(),
                                          [&](const Finished& f) { return f.score > bound; });
  return still_better >= options_.n_best;
}

std::vector<Beam::Finished> Beam::best() const {
  std::vector<Finished> sorted = finished_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Finished& a, const Finished& b) { return a.score > b.score; });
  if (static_cast<int64_t>(sorted.size()) > options_.n_best) {
    sorted.resize(static_cast<size_t>(options_.n_best));
  }
  return sorted;
}

}  // namespace alinea
