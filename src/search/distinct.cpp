#include "search/distinct.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>
#include <utility>

namespace alinea {

namespace {

constexpr int64_t kWidest = 8;  // times the size of the beam, and at most
constexpr int64_t kLargestBeam = 1000;

// The list of one sentence while it is being filled.
class DistinctList {
 public:
  DistinctList(size_t sentence, const DistinctSearch& search, int64_t wanted)
      : sentence_(sentence), search_(search), wanted_(static_cast<size_t>(wanted)) {}

  // Takes those whose texts are new, the best first.
  void add(std::vector<Hypothesis> found) {
    for (Hypothesis& hypothesis : found) {
      if (list_.size() == wanted_) break;
      // The best of the list is the one that the search gives without a list.
      if (!list_.empty() && hypothesis.score > list_.front().score) continue;
      if (texts_.insert(search_.text(sentence_, hypothesis)).second) {
        list_.push_back(std::move(hypothesis));
      } else {
        had_same_ = true;
      }
    }
    std::ranges::stable_sort(list_, std::greater<>(), &Hypothesis::score);
  }

  bool is_short() const { return had_same_ && list_.size() < wanted_; }
  std::vector<Hypothesis> take() { return std::move(list_); }

 private:
  size_t sentence_;
  const DistinctSearch& search_;
  size_t wanted_;
  std::vector<Hypothesis> list_;
  std::set<std::string> texts_;
  bool had_same_ = false;
};

// First all that the beam has, then a larger beam.
bool widen(SearchOptions& options, int64_t widest) {
  if (options.n_best == options.beam_size) {
    if (options.beam_size >= widest) return false;
    options.beam_size = std::min(2 * options.beam_size, widest);
  }
  options.n_best = options.beam_size;
  return true;
}

}  // namespace

NBestLists distinct_translations(size_t sentences, const SearchOptions& options,
                                 const DistinctSearch& search) {
  std::vector<DistinctList> lists;
  for (size_t s = 0; s < sentences; ++s) lists.emplace_back(s, search, options.n_best);
  std::vector<size_t> open(sentences);
  std::iota(open.begin(), open.end(), size_t{0});
  SearchOptions asked = options;
  const int64_t widest =
      std::max(options.beam_size, std::min(kWidest * options.beam_size, kLargestBeam));
  do {
    NBestLists found = search.find(open, asked);
    for (size_t i = 0; i < open.size(); ++i) lists[open[i]].add(std::move(found[i]));
    std::erase_if(open, [&](size_t s) { return !lists[s].is_short(); });
  } while (!open.empty() && widen(asked, widest));
  NBestLists all;
  for (DistinctList& list : lists) all.push_back(list.take());
  return all;
}

}  // namespace alinea
