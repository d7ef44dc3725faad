#include "search/unknown_replacement.h"

#include <algorithm>

#include "support/error.h"
#include "text/line_reader.h"
#include "text/unicode.h"

namespace alinea {

namespace {

constexpr std::string_view kSeparator = "|||";
constexpr std::string_view kSpaces = " \t";

}  // namespace

UnknownReplacement::UnknownReplacement(const std::filesystem::path& dictionary) {
  LineReader reader(dictionary);
  for (std::string line; reader.next(line);) {
    const size_t middle = line.find(kSeparator);
    const std::string_view all = line;
    const auto source = trimmed(all.substr(0, middle));
    const auto target = middle == std::string::npos
                            ? all.substr(0, 0)
                            : trimmed(all.substr(middle + kSeparator.size()));
    if (source.empty() || target.empty() || source.find_first_of(kSpaces) != source.npos)
      throw Error("'{}', line {}: expected a source word, {} and its translation, got {:?}",
                  dictionary.string(), reader.line_number(), kSeparator, line);
    dictionary_.try_emplace(std::string(source), target);
  }
}

std::string UnknownReplacement::operator()(std::span<const std::string> source,
                                           std::span<const float> weights) const {
  if (source.empty()) return {};
  const auto words = weights.first(source.size());
  const auto most = std::ranges::max_element(words);
  if (*most <= 0) return {};
  const std::string& word = source[static_cast<size_t>(most - words.begin())];
  const auto known = dictionary_.find(word);
  return known == dictionary_.end() ? word : known->second;
}

}  // namespace alinea
