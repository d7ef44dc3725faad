#include "reports/symmetrized_links.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "metrics/symmetrization.h"

namespace alinea {

namespace {

constexpr const char* kMean = "mean";

// The links of the reverse model, the source of the first model first.
Links reverse_links(const Alignment& reverse, const LinkExtraction& extraction) {
  Links links = extract_links(reverse, extraction);
  for (Link& link : links) std::swap(link.source, link.target);
  std::sort(links.begin(), links.end());
  return links;
}

}  // namespace

std::vector<std::string> ways_to_symmetrize() {
  std::vector<std::string> names = symmetrization_names();
  names.emplace_back(kMean);
  return names;
}

std::string difference_of_directions(const Alignment& alignment, const std::string& unit) {
  if (!alignment.reverse) return {};
  const Alignment& reverse = *alignment.reverse;
  if (reverse.source.size() == alignment.target.size() &&
      reverse.target.size() == alignment.source.size())
    return {};
  return fmt::format(
      "the model reads {} and {} {}s, the reverse model {} and {}, and their links cannot be "
      "combined{}",
      alignment.source.size() - 1, alignment.target.size() - 1, unit, reverse.target.size() - 1,
      reverse.source.size() - 1, unit == "token" ? "; try --alignment-unit word" : "");
}

LinksOf symmetrized_links(const std::string& way, const LinkExtraction& extraction) {
  return [way, extraction](const Alignment& forward) -> Links {
    if (!forward.reverse) return {};
    if (way == kMean)
      return extract_links(mean_of_directions(forward, *forward.reverse), extraction);
    return symmetrize(way, extract_links(forward, extraction),
                      reverse_links(*forward.reverse, extraction));
  };
}

}  // namespace alinea
