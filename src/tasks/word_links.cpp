#include "tasks/word_links.h"

#include <algorithm>
#include <cstddef>

#include "support/error.h"
#include "text/icu_tokenizer.h"

namespace alinea {

namespace {

bool is_beyond(const Link& link, size_t source, size_t target) {
  return static_cast<size_t>(link.source) >= source || static_cast<size_t>(link.target) >= target;
}

// Where each word's tokens begin, and where the last one's end.
std::vector<int32_t> places(std::span<const TokenizedWord> words) {
  std::vector<int32_t> places = {0};
  for (const TokenizedWord& word : words)
    places.push_back(places.back() + static_cast<int32_t>(word.tokens));
  return places;
}

bool has_parts(std::span<const TokenizedWord> words) {
  return std::ranges::any_of(words, [](const TokenizedWord& word) { return word.tokens > 1; });
}

// Between spaces and tabs, as aligners count them.
size_t count_fields(std::string_view line) {
  constexpr std::string_view kBlanks = " \t";
  size_t fields = 0;
  for (size_t at = line.find_first_not_of(kBlanks); at < line.size(); ++fields)
    at = line.find_first_not_of(kBlanks, std::min(line.find_first_of(kBlanks, at), line.size()));
  return fields;
}

// Where an icu token is joined to its neighbours no white space stood.
std::vector<TokenizedWord> joined_words(std::span<const std::string> tokens) {
  std::vector<TokenizedWord> words;
  bool is_joined = false;
  for (const std::string& token : tokens) {
    if (words.empty() || (!is_joined && !token.starts_with(kJoiner))) words.push_back({0, {}});
    ++words.back().tokens;
    words.back().text += token;
    is_joined = token.ends_with(kJoiner);
  }
  return words;
}

// Those that white space separates.
std::vector<TokenizedWord> words_of(const Language& language, std::string_view line) {
  const std::vector<std::string> tokens = language.tokens(line);
  const Tokenizer& tokenizer = language.tokenizer();
  return tokenizer.name() == "icu" ? joined_words(tokens) : tokenizer.words(tokens);
}

// Text that is tokenised already has the words that its tokens make, whatever their number.
bool are_words(const Language& language, std::string_view line, size_t words) {
  return language.tokenizer().is_for_tokenized_text() || words == count_fields(line);
}

}  // namespace

Links token_links(const Links& links, std::span<const TokenizedWord> source,
                  std::span<const TokenizedWord> target) {
  const std::vector<int32_t> columns = places(source), rows = places(target);
  Links tokens;
  for (const Link& link : links) {
    if (is_beyond(link, source.size(), target.size()))
      throw Error(
          "expected links between {} source and {} target words, got {}-{}: links count "
          "what white space separates in the training texts, from 0",
          source.size(), target.size(), link.source, link.target);
    const auto s = static_cast<size_t>(link.source), t = static_cast<size_t>(link.target);
    for (int32_t column = columns[s]; column < columns[s + 1]; ++column)
      for (int32_t row = rows[t]; row < rows[t + 1]; ++row) tokens.push_back({column, row});
  }
  std::ranges::sort(tokens);
  return tokens;
}

WordLinks::Words WordLinks::words() const {
  return {words_of(languages_.source, source_line_), words_of(languages_.target, target_line_)};
}

bool WordLinks::has_these_words(const Words& words) const {
  return are_words(languages_.source, source_line_, words.source.size()) &&
         are_words(languages_.target, target_line_, words.target.size());
}

Links WordLinks::to_tokens(const Links& links) {
  const Words pair = words();
  if (has_these_words(pair)) return token_links(links, pair.source, pair.target);
  ++left_out_;
  return {};
}

WordLinks::Unit WordLinks::unit_of(const Links& links) const {
  const Words pair = words();
  if (!has_these_words(pair) || (!has_parts(pair.source) && !has_parts(pair.target)))
    return Unit::kAny;
  const bool beyond = std::ranges::any_of(links, [&](const Link& link) {
    return is_beyond(link, pair.source.size(), pair.target.size());
  });
  return beyond ? Unit::kToken : Unit::kWordOrToken;
}

bool count_words(const std::filesystem::path& links, WordLinks pairs) {
  LinkReader reader(links);
  bool matters = false;
  for (Links of_pair; pairs.next() && reader.next(of_pair);) {
    const WordLinks::Unit unit = pairs.unit_of(of_pair);
    if (unit == WordLinks::Unit::kToken) return false;
    matters |= unit == WordLinks::Unit::kWordOrToken && !of_pair.empty();
  }
  return matters;
}

}  // namespace alinea
