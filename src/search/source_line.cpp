#include "search/source_line.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace alinea {

SourceLine read_source(const Language& language, const std::string& line, int64_t max_length) {
  SourceLine source{language.tokens(line), language.encode(line)};
  source.length = std::ssize(source.ids);
  const auto kept = static_cast<size_t>(std::min(source.length, max_length));
  source.tokens.resize(kept);
  source.ids.resize(kept);
  return source;
}

NBestLists search_lines(std::span<const SentencePair> lines, const TranslatorOptions& options,
                        const LineSearch& search) {
  std::vector<size_t> places;  // of lines that are not empty
  for (size_t i = 0; i < lines.size(); ++i)
    if (lines[i].source_size() > 0) places.push_back(i);
  const auto find = [&](std::span<const size_t> some, const SearchOptions& how) {
    std::vector<SentencePair> sources;
    std::vector<size_t> their_places;
    for (const size_t i : some) {
      sources.push_back(lines[places[i]]);
      their_places.push_back(places[i]);
    }
    TranslatorOptions given = options;
    given.batch_size =
        std::max<int64_t>(options.batch_size * options.search.beam_size / how.beam_size, 1);
    given.search = how;
    if (options.watch.on_step)
      given.watch.on_step = [&](int64_t i, const BestSoFar& best) {
        options.watch.on_step(static_cast<int64_t>(their_places[static_cast<size_t>(i)]), best);
      };
    return search.translate(sources, their_places, given);
  };
  std::vector<size_t> every(places.size());
  std::iota(every.begin(), every.end(), size_t{0});
  NBestLists found =
      options.search.n_best == 1 || options.search.sampling.enabled
          ? find(every, options.search)
          : distinct_translations(places.size(), options.search,
                                  {find, [&](size_t i, const Hypothesis& hypothesis) {
                                     return search.text(places[i], hypothesis);
                                   }});
  NBestLists all(lines.size());
  for (size_t i = 0; i < places.size(); ++i) all[places[i]] = std::move(found[i]);
  return all;
}

}  // namespace alinea
