#include "text/icu_tokenizer.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>
#include <utf8.h>

#include <algorithm>
#include <functional>
#include <system_error>
#include <utility>

#include "storage/atomic_file.h"
#include "support/error.h"
#include "support/utf8.h"
#include "text/line_reader.h"
#include "text/unicode.h"

namespace alinea {

namespace {

// Visible text between two boundaries.
struct Segment {
  enum class Kind { kWord, kSign, kSymbol };  // a number is a word

  std::string_view text;
  Kind kind;
  bool is_glued;  // to the segment before it
};

std::filesystem::path symbols_file(const std::filesystem::path& stem) {
  return std::filesystem::path(stem) += ".symbols.txt";
}

void check(UErrorCode status) {
  if (U_FAILURE(status)) throw Error("ICU cannot find words: {}", u_errorName(status));
}

// Replaces every `from` in text by `to`.
std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result;
  for (size_t at = text.find(from); at != std::string_view::npos; at = text.find(from)) {
    result.append(text.substr(0, at)).append(to);
    text.remove_prefix(at + from.size());
  }
  return result.append(text);
}

// Takes segments as they come and leaves out white space.
class Segments {
 public:
  // A combining mark may share its segment with the space before it, so that each is searched.
  void add(std::string_view text, Segment::Kind kind) {
    const char* const end = text.data() + text.size();
    const char* begin = text.data();
    for (const char* at = begin; at != end;) {
      const char* const point = at;
      if (!is_white_space(utf8::next(at, end))) continue;
      add_visible({begin, point}, kind);
      is_glued_ = false;
      begin = at;
    }
    add_visible({begin, end}, kind);
  }

  const std::vector<Segment>& all() const { return segments_; }

  void add_visible(std::string_view text, Segment::Kind kind) {
    if (text.empty()) return;
    segments_.push_back({text, kind, is_glued_});
    is_glued_ = true;
  }

 private:
  std::vector<Segment> segments_;
  bool is_glued_ = false;
};

struct Token {
  std::string text;
  std::string_view place;  // in the line
};

// The joiner between two segments stands before the second one, but behind a sign before a word and
// behind whatever stands before a symbol.
std::vector<Token> with_joiners(const std::vector<Segment>& segments) {
  using Kind = Segment::Kind;
  std::vector<Token> tokens;
  tokens.reserve(segments.size());
  Kind last = Kind::kWord;
  for (const Segment& segment : segments) {
    const bool is_behind =
        segment.kind == Kind::kSymbol || (segment.kind == Kind::kWord && last == Kind::kSign);
    if (segment.is_glued && is_behind) {
      if (last == Kind::kSymbol) tokens.push_back({"", segment.text.substr(0, 0)});
      tokens.back().text += kJoiner;
    }
    std::string& token = tokens.emplace_back(Token{"", segment.text}).text;
    if (segment.is_glued && !is_behind) token = kJoiner;
    token += segment.kind == Kind::kSymbol ? std::string(segment.text)
                                           : replaced(segment.text, kJoiner, kEscapedJoiner);
    last = segment.kind;
  }
  return tokens;
}

// A token as the text has it.
struct Plain {
  std::string text;
  bool joined_before, joined_behind;
};

Plain without_joiners(std::string_view token) {
  if (token == kJoiner) return {"", true, true};
  const bool before = token.starts_with(kJoiner);
  if (before) token.remove_prefix(kJoiner.size());
  const bool behind = token.ends_with(kJoiner);
  if (behind) token.remove_suffix(kJoiner.size());
  return {replaced(token, kEscapedJoiner, kJoiner), before, behind};
}

class IcuTokenizer : public Tokenizer {
 public:
  explicit IcuTokenizer(std::vector<std::string> symbols) : symbols_(std::move(symbols)) {
    // The longest first.
    std::ranges::sort(symbols_, std::ranges::greater(), &std::string::size);
    UErrorCode status = U_ZERO_ERROR;
    rules_.reset(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
    check(status);
  }

  std::vector<std::string> split(std::string_view line) const override {
    std::vector<std::string> tokens;
    for (Token& token : find(line)) tokens.push_back(std::move(token.text));
    return tokens;
  }

  std::vector<std::string_view> places(std::string_view line) const override {
    std::vector<std::string_view> places;
    for (const Token& token : find(line)) places.push_back(token.place);
    return places;
  }

  std::string join(std::span<const std::string> tokens) const override {
    std::string line;
    bool is_glued = true;
    for (const std::string& token : tokens) {
      const Plain plain = without_joiners(token);
      if (!is_glued && !plain.joined_before) line += ' ';
      line += plain.text;
      is_glued = plain.joined_behind;
    }
    return line;
  }

  std::vector<TokenizedWord> words(std::span<const std::string> tokens) const override {
    std::vector<TokenizedWord> words;
    for (const std::string& token : tokens) {
      if (token == kJoiner && !words.empty()) {
        ++words.back().tokens;
      } else {
        words.push_back({1, without_joiners(token).text});
      }
    }
    return words;
  }

  std::string_view name() const override { return "icu"; }

  void save(const std::filesystem::path& stem) const override {
    if (symbols_.empty()) return;
    AtomicFile file(symbols_file(stem));
    for (const std::string& symbol : symbols_) file.stream() << symbol << '\n';
    file.commit();
  }

 private:
  std::vector<Token> find(std::string_view line) const {
    if (!is_valid_text(line)) throw Error("expected UTF-8 text to split into words");
    Segments segments;
    while (!line.empty()) {
      const std::string_view symbol = first_symbol(line);
      const auto size =
          symbol.empty() ? line.size() : static_cast<size_t>(symbol.data() - line.data());
      add_words(line.substr(0, size), segments);
      segments.add_visible(symbol, Segment::Kind::kSymbol);
      line.remove_prefix(size + symbol.size());
    }
    return with_joiners(segments.all());
  }

  // The part of the line that spells one, empty where none does.
  std::string_view first_symbol(std::string_view line) const {
    size_t first = std::string_view::npos;
    std::string_view found;
    for (const std::string& symbol : symbols_) {
      const size_t at = line.find(symbol);
      if (at >= first) continue;
      first = at;
      found = line.substr(at, symbol.size());
    }
    return found;
  }

  void add_words(std::string_view text, Segments& segments) const {
    UErrorCode status = U_ZERO_ERROR;
    const icu::LocalUTextPointer utext(
        utext_openUTF8(nullptr, text.data(), static_cast<int64_t>(text.size()), &status));
    // A copy, since looking for boundaries changes it and threads may share this.
    const std::unique_ptr<icu::BreakIterator> words(rules_->clone());
    words->setText(utext.getAlias(), status);
    check(status);
    auto begin = static_cast<size_t>(words->first());
    for (int32_t next = words->next(); next != icu::BreakIterator::DONE; next = words->next()) {
      const auto end = static_cast<size_t>(next);
      const bool is_word = words->getRuleStatus() >= UBRK_WORD_NONE_LIMIT;
      segments.add(text.substr(begin, end - begin),
                   is_word ? Segment::Kind::kWord : Segment::Kind::kSign);
      begin = end;
    }
  }

  std::vector<std::string> symbols_;
  std::unique_ptr<const icu::BreakIterator> rules_;
};

}  // namespace

std::unique_ptr<Tokenizer> make_icu_tokenizer(std::vector<std::string> symbols) {
  return std::make_unique<IcuTokenizer>(std::move(symbols));
}

std::unique_ptr<Tokenizer> load_icu_tokenizer(const std::filesystem::path& stem) {
  std::error_code ignored;
  const std::filesystem::path file = symbols_file(stem);
  if (stem.empty() || !std::filesystem::exists(file, ignored)) return make_icu_tokenizer();
  std::vector<std::string> symbols = read_lines(file);
  std::erase(symbols, "");
  return make_icu_tokenizer(std::move(symbols));
}

}  // namespace alinea
