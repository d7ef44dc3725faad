#include "search/shortlist.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "support/error.h"
#include "text/line_reader.h"

namespace alinea {
namespace {

struct Entry {
  std::string target, source;
  double probability = 0;
};

Entry read_entry(const std::string& line, const LineReader& reader) {
  std::istringstream fields(line);
  Entry entry;
  std::string rest;
  const bool is_whole =
      static_cast<bool>(fields >> entry.target >> entry.source >> entry.probability);
  if (!is_whole || fields >> rest || !(entry.probability >= 0 && entry.probability <= 1))
    throw Error("'{}', line {}: expected a target word, a source word and a probability, got {:?}",
                reader.name(), reader.line_number(), line);
  return entry;
}

}  // namespace

Shortlist::Shortlist(const std::filesystem::path& lexicon, const Vocabulary& source,
                     const Vocabulary& target, const ShortlistOptions& options)
    : size_(static_cast<size_t>(target.size())),
      first_(std::clamp<int64_t>(options.first, kEnd + 1, target.size())),
      best_(static_cast<size_t>(source.size())) {
  std::vector<std::vector<std::pair<double, int32_t>>> likely(best_.size());
  LineReader reader(lexicon);
  bool is_any_known = false;
  for (std::string line; reader.next(line);) {
    const Entry entry = read_entry(line, reader);
    const int32_t from = source.id(entry.source), to = target.id(entry.target);
    if (from == kUnknown || to == kUnknown) continue;
    likely[static_cast<size_t>(from)].emplace_back(-entry.probability, to);
    is_any_known = true;
  }
  if (!is_any_known)
    throw Error(
        "'{}': expected lines of a target word, a source word and a probability, but no line has "
        "two words of the model's vocabularies: does the lexicon have this direction, and the "
        "model's tokens?",
        reader.name());
  for (size_t from = 0; from < likely.size(); ++from) {
    std::ranges::sort(likely[from]);  // the likeliest first
    for (const auto& [rank, to] : likely[from]) {
      if (std::ssize(best_[from]) == options.best) break;
      if (std::ranges::find(best_[from], to) == best_[from].end()) best_[from].push_back(to);
    }
  }
}

std::vector<int32_t> Shortlist::words(std::span<const int32_t> source,
                                      const Guidance& guidance) const {
  check(guidance, static_cast<int64_t>(size_));
  std::vector<bool> is_in(size_);
  std::fill_n(is_in.begin(), first_, true);
  const auto add = [&](const std::vector<int32_t>& more) {
    for (const int32_t token : more) is_in[static_cast<size_t>(token)] = true;
  };
  for (const int32_t token : source) {
    const auto known = static_cast<size_t>(token);  // or a word that only the source has
    add(best_[known < best_.size() ? known : size_t{kUnknown}]);
  }
  add(guidance.prefix);
  for (const Guidance::Phrase& phrase : guidance.required) add(phrase);
  std::vector<int32_t> words;
  for (size_t token = 0; token < size_; ++token)
    if (is_in[token]) words.push_back(static_cast<int32_t>(token));
  return words;
}

}  // namespace alinea
