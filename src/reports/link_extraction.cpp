#include "reports/link_extraction.h"

#include <fmt/format.h>

#include <algorithm>

namespace alinea {

namespace {

size_t best_source(const Alignment& alignment, size_t t) {
  size_t best = 0;
  for (size_t s = 1; s < alignment.source.size(); ++s)
    if (alignment.weight(t, s) > alignment.weight(t, best)) best = s;
  return best;
}

size_t best_target(const Alignment& alignment, size_t s) {
  size_t best = 0;
  for (size_t t = 1; t < alignment.target.size(); ++t)
    if (alignment.weight(t, s) > alignment.weight(best, s)) best = t;
  return best;
}

}  // namespace

Links extract_links(const Alignment& alignment, const LinkExtraction& options) {
  const size_t sources = alignment.source_words(), targets = alignment.target_words();
  Links links;
  const auto add = [&](size_t s, size_t t) {
    if (s < sources && t < targets)
      links.push_back({static_cast<int32_t>(s), static_cast<int32_t>(t)});
  };
  if (options.method == "threshold") {
    for (size_t s = 0; s < sources; ++s)
      for (size_t t = 0; t < targets; ++t)
        if (static_cast<double>(alignment.weight(t, s)) >= options.threshold) add(s, t);
  } else if (options.per == "source") {
    for (size_t s = 0; s < sources && targets > 0; ++s) add(s, best_target(alignment, s));
  } else {
    for (size_t t = 0; t < targets; ++t) add(best_source(alignment, t), t);
  }
  std::sort(links.begin(), links.end());
  return links;
}

LinksOf extracted_links(const LinkExtraction& options) {
  return [options](const Alignment& alignment) { return extract_links(alignment, options); };
}

std::string links_text(const Links& links, const Alignment& alignment, bool in_characters) {
  if (!in_characters) return to_string(links);
  std::string line;
  for (const Link& link : links) {
    const CharacterRange& source = alignment.source_ranges.at(static_cast<size_t>(link.source));
    const CharacterRange& target = alignment.target_ranges.at(static_cast<size_t>(link.target));
    line += fmt::format("{}{}:{}-{}:{}", line.empty() ? "" : " ", source.begin, source.end,
                        target.begin, target.end);
  }
  return line;
}

Alignment mean_of_directions(Alignment forward, const Alignment& reverse) {
  for (size_t t = 0; t < forward.target.size(); ++t)
    for (size_t s = 0; s < forward.source.size(); ++s) {
      float& weight = forward.weights[t * forward.source.size() + s];
      weight = (weight + reverse.weight(s, t)) / 2;
    }
  return forward;
}

}  // namespace alinea
