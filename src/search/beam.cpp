#include "search/beam.h"

#include <algorithm>

#include "text/vocabulary.h"

namespace alinea {

Beam::Beam(int64_t source_length, const SearchOptions& options)
    : options_(options),
      max_length_(max_target_length(source_length, options)),
      alive_{{.row = 0, .token = kBegin, .log_probability = 0.0}} {}

void Beam::extend(std::span<const Candidate> candidates) {
  ++steps_;
  next_.clear();
  int64_t rank = 0;
  for (const Candidate& candidate : candidates) {
    const bool is_among_first = rank++ < options_.beam_size;
    const bool has_room = static_cast<int64_t>(next_.size()) < options_.beam_size;
    if (!is_among_first && !has_room) break;
    if (candidate.token != kEnd) {
      if (has_room) next_.push_back(candidate);
    } else if (is_among_first) {
      finish(candidate, /*ended=*/true);
    }
  }
  if (steps_ == max_length_) {
    for (const Candidate& candidate : next_) finish(candidate, /*ended=*/false);
    next_.clear();
  }
  alive_.swap(next_);
  if (is_decided()) alive_.clear();
}

void Beam::finish(const Candidate& last, bool ended) {
  // One token a step: a hypothesis that finishes at step |Y| has |Y| tokens, </s> counted.
  const double score = last.log_probability / length_penalty(steps_, options_.length_penalty);
  finished_.push_back({.last = last, .step = steps_ - 1, .score = score, .ended = ended});
}

// Either the beam is full of finished hypotheses, or nothing alive can reach the n best: log P can
// only fall from here, and the penalty is largest at the greatest length.
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
