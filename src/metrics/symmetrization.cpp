#include "metrics/symmetrization.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "support/name_table.h"

namespace alinea {

namespace {

Links intersection(const Links& a, const Links& b) {
  Links both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both;
}

Links unite(const Links& a, const Links& b) {
  Links any;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(any));
  return any;
}

// The links found so far, and which words they cover.
class Growing {
 public:
  explicit Growing(const Links& links) {
    for (const Link& link : links) add(link);
  }
  void add(const Link& link) {
    links_.insert(link);
    sources_.insert(link.source);
    targets_.insert(link.target);
  }
  bool holds(const Link& link) const { return links_.contains(link); }
  bool covers_source(const Link& link) const { return sources_.contains(link.source); }
  bool covers_target(const Link& link) const { return targets_.contains(link.target); }
  const std::set<Link>& links() const { return links_; }

 private:
  std::set<Link> links_;
  std::set<int32_t> sources_, targets_;
};

// Adds links of the union beside one that is there, while they cover a new word.
void grow_diag(Growing& grown, const Links& any) {
  constexpr Link kNeighbours[] = {{-1, 0},  {0, -1}, {1, 0},  {0, 1},
                                  {-1, -1}, {-1, 1}, {1, -1}, {1, 1}};
  for (bool added = true; added;) {
    added = false;
    const Links present(grown.links().begin(), grown.links().end());
    for (const Link& link : present) {
      for (const Link& step : kNeighbours) {
        const Link next{link.source + step.source, link.target + step.target};
        if (grown.holds(next) || !std::binary_search(any.begin(), any.end(), next)) continue;
        if (grown.covers_source(next) && grown.covers_target(next)) continue;
        grown.add(next);
        added = true;
      }
    }
  }
}

// Adds links between words that have none yet.
void final_and(Growing& grown, const Links& direction) {
  for (const Link& link : direction)
    if (!grown.covers_source(link) && !grown.covers_target(link)) grown.add(link);
}

Links grow_diag_final_and(const Links& forward, const Links& backward) {
  Growing grown(intersection(forward, backward));
  grow_diag(grown, unite(forward, backward));
  final_and(grown, forward);
  final_and(grown, backward);
  return {grown.links().begin(), grown.links().end()};
}

const NameTable<Links (*)(const Links&, const Links&)> kMethods("symmetrization",
                                                                {{"intersection", intersection},
                                                                 {"union", unite},
                                                                 {"grow-diag-final-and",
                                                                  grow_diag_final_and}});

}  // namespace

Links symmetrize(std::string_view method, const Links& forward, const Links& backward) {
  return kMethods[method](forward, backward);
}

std::vector<std::string> symmetrization_names() { return kMethods.names(); }

}  // namespace alinea
