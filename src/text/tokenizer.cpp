#include "text/tokenizer.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "support/name_table.h"
#include "support/utf8.h"
#include "text/icu_tokenizer.h"
#include "text/sentencepiece.h"
#include "text/unicode.h"

namespace alinea {

namespace {

class SpaceTokenizer : public Tokenizer {
 public:
  std::vector<std::string> split(std::string_view line) const override {
    const std::vector<std::string_view> tokens = places(line);
    return {tokens.begin(), tokens.end()};
  }

  std::vector<std::string_view> places(std::string_view line) const override {
    std::vector<std::string_view> places;
    size_t begin = line.find_first_not_of(" \t");
    while (begin != std::string_view::npos) {
      const size_t end = std::min(line.find_first_of(" \t", begin), line.size());
      places.push_back(line.substr(begin, end - begin));
      begin = line.find_first_not_of(" \t", end);
    }
    return places;
  }

  std::string join(std::span<const std::string> tokens) const override {
    return fmt::format("{}", fmt::join(tokens, " "));
  }

  bool is_for_tokenized_text() const override { return true; }

  std::string_view name() const override { return "space"; }
};

// Pieces of words as subword-nmt and fastBPE write them: "@@" ends a piece that does not end its
// word.
class SubwordNmtTokenizer : public SpaceTokenizer {
 public:
  std::string join(std::span<const std::string> tokens) const override {
    std::string line;
    bool begins = false;
    for (const std::string& token : tokens) {
      if (begins) line += ' ';
      line += without_mark(token);
      begins = !token.ends_with(kContinued);
    }
    return line;
  }

  std::vector<TokenizedWord> words(std::span<const std::string> tokens) const override {
    std::vector<TokenizedWord> words;
    bool begins = true;
    for (const std::string& token : tokens) {
      if (begins) words.emplace_back();
      ++words.back().tokens;
      words.back().text += without_mark(token);
      begins = !token.ends_with(kContinued);
    }
    return words;
  }

  std::string_view name() const override { return "subword-nmt"; }

 private:
  static constexpr std::string_view kContinued = "@@";

  static std::string_view without_mark(std::string_view token) {
    if (token.ends_with(kContinued)) token.remove_suffix(kContinued.size());
    return token;
  }
};

class CharTokenizer : public Tokenizer {
 public:
  std::vector<std::string> split(std::string_view line) const override {
    if (!is_valid_text(line)) throw Error("expected UTF-8 text to split into characters");
    std::vector<std::string> tokens;
    for (const std::string_view point : code_points(line)) {
      tokens.emplace_back(point == " " ? kVisibleSpace : point);
    }
    return tokens;
  }

  std::vector<std::string_view> places(std::string_view line) const override {
    std::vector<std::string_view> places = code_points(line);
    for (std::string_view& place : places) place = trimmed(place);
    return places;
  }

  std::string join(std::span<const std::string> tokens) const override {
    std::string line;
    for (const std::string& token : tokens) line += token == kVisibleSpace ? " " : token;
    return line;
  }

  std::vector<TokenizedWord> words(std::span<const std::string> tokens) const override {
    return words_between_spaces(tokens);
  }

  std::string_view name() const override { return "char"; }
};

using Stem = std::filesystem::path;

using MakeTokenizer = std::unique_ptr<Tokenizer> (*)(const Stem& stem);

const NameTable<MakeTokenizer>& kinds() {
  static const NameTable<MakeTokenizer> kinds(
      "tokenizer", {{"space",
                     [](const Stem&) -> std::unique_ptr<Tokenizer> {
                       return std::make_unique<SpaceTokenizer>();
                     }},
                    {"subword-nmt",
                     [](const Stem&) -> std::unique_ptr<Tokenizer> {
                       return std::make_unique<SubwordNmtTokenizer>();
                     }},
                    {"char",
                     [](const Stem&) -> std::unique_ptr<Tokenizer> {
                       return std::make_unique<CharTokenizer>();
                     }},
                    {"icu", [](const Stem& stem) { return load_icu_tokenizer(stem); }},
                    {"sentencepiece", [](const Stem& stem) {
                       return load_sentencepiece(sentencepiece_file(stem));
                     }}});
  return kinds;
}

}  // namespace

void Tokenizer::save(const std::filesystem::path& /*stem*/) const {}

std::optional<Vocabulary> Tokenizer::own_vocabulary() const { return std::nullopt; }

std::vector<TokenizedWord> Tokenizer::words(std::span<const std::string> tokens) const {
  std::vector<TokenizedWord> words;
  for (const std::string& token : tokens) words.push_back({1, token});
  return words;
}

bool Tokenizer::is_for_tokenized_text() const { return false; }

std::unique_ptr<const PieceSampler> Tokenizer::sampler(double /*alpha*/) const { return nullptr; }

std::vector<TokenizedWord> words_between_spaces(std::span<const std::string> tokens) {
  std::vector<TokenizedWord> words;
  for (std::string_view token : tokens) {
    const bool begins = token.starts_with(kVisibleSpace);
    while (token.starts_with(kVisibleSpace)) token.remove_prefix(kVisibleSpace.size());
    if (words.empty() || (begins && !words.back().text.empty())) words.emplace_back();
    ++words.back().tokens;
    words.back().text += token;
  }
  if (words.size() > 1 && words.back().text.empty()) {
    words[words.size() - 2].tokens += words.back().tokens;
    words.pop_back();
  }
  return words;
}

std::vector<std::string> tokenizer_names() { return kinds().names(); }

void check_tokenizer_name(std::string_view name) { kinds()[name]; }

std::unique_ptr<Tokenizer> make_tokenizer(std::string_view name,
                                          const std::filesystem::path& stem) {
  return kinds()[name](stem);
}

}  // namespace alinea
