#include "text/icu_tokenizer.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>
#include <utf8.h>

#include "support/error.h"
#include "support/utf8.h"
#include "text/unicode.h"

namespace alinea {

namespace {

// Visible text between two boundaries.
struct Segment {
  std::string_view text;
  bool is_word;   // or a number
  bool is_glued;  // to the segment before it
};

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
  void add(std::string_view text, bool is_word) {
    const char* const end = text.data() + text.size();
    const char* begin = text.data();
    for (const char* at = begin; at != end;) {
      const char* const point = at;
      if (!is_white_space(utf8::next(at, end))) continue;
      add_visible({begin, point}, is_word);
      is_glued_ = false;
      begin = at;
    }
    add_visible({begin, end}, is_word);
  }

  const std::vector<Segment>& all() const { return segments_; }

 private:
  void add_visible(std::string_view text, bool is_word) {
    if (text.empty()) return;
    segments_.push_back({text, is_word, is_glued_});
    is_glued_ = true;
  }

  std::vector<Segment> segments_;
  bool is_glued_ = false;
};

// The joiner between two segments stands before the second one, but behind a sign before a word.
std::vector<std::string> with_joiners(const std::vector<Segment>& segments) {
  std::vector<std::string> tokens;
  tokens.reserve(segments.size());
  bool last_is_word = true;
  for (const Segment& segment : segments) {
    const bool is_behind = segment.is_word && !last_is_word;
    if (segment.is_glued && is_behind) tokens.back() += kJoiner;
    std::string& token = tokens.emplace_back();
    if (segment.is_glued && !is_behind) token = kJoiner;
    token += replaced(segment.text, kJoiner, kEscapedJoiner);
    last_is_word = segment.is_word;
  }
  return tokens;
}

// A token as the text has it.
struct Plain {
  std::string text;
  bool joined_before, joined_behind;
};

Plain without_joiners(std::string_view token) {
  const bool before = token.starts_with(kJoiner);
  if (before) token.remove_prefix(kJoiner.size());
  const bool behind = token.ends_with(kJoiner);
  if (behind) token.remove_suffix(kJoiner.size());
  return {replaced(token, kEscapedJoiner, kJoiner), before, behind};
}

class IcuTokenizer : public Tokenizer {
 public:
  IcuTokenizer() {
    UErrorCode status = U_ZERO_ERROR;
    rules_.reset(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
    check(status);
  }

  std::vector<std::string> split(std::string_view line) const override {
    if (!is_valid_text(line)) throw Error("expected UTF-8 text to split into words");
    UErrorCode status = U_ZERO_ERROR;
    const icu::LocalUTextPointer text(
        utext_openUTF8(nullptr, line.data(), static_cast<int64_t>(line.size()), &status));
    // A copy, since looking for boundaries changes it and threads may share this.
    const std::unique_ptr<icu::BreakIterator> words(rules_->clone());
    words->setText(text.getAlias(), status);
    check(status);
    Segments segments;
    auto begin = static_cast<size_t>(words->first());
    for (int32_t next = words->next(); next != icu::BreakIterator::DONE; next = words->next()) {
      const auto end = static_cast<size_t>(next);
      segments.add(line.substr(begin, end - begin), words->getRuleStatus() >= UBRK_WORD_NONE_LIMIT);
      begin = end;
    }
    return with_joiners(segments.all());
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
    for (const std::string& token : tokens) words.push_back({1, without_joiners(token).text});
    return words;
  }

  std::string_view name() const override { return "icu"; }

 private:
  std::unique_ptr<const icu::BreakIterator> rules_;
};

}  // namespace

std::unique_ptr<Tokenizer> make_icu_tokenizer() { return std::make_unique<IcuTokenizer>(); }

}  // namespace alinea
