#include "text/document_splitter.h"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "support/error.h"
#include "text/html_entities.h"
#include "text/tokenizer.h"
#include "text/unicode.h"

namespace alinea {

namespace {

constexpr std::string_view kSentenceMark = "<s>";
constexpr std::string_view kSpacedMark = " <s> ";
constexpr std::string_view kCommentEnd = "-->";

icu::UnicodeString to_utf16(std::string_view text) {
  return icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
}

bool is_visible(const icu::UnicodeString& text) {
  for (int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1))
    if (u_isgraph(text.char32At(at))) return true;
  return false;
}

// Where the comment that begins at `begin` ends; npos if none begins there. `last_end` is where the
// last --> of the text begins, so that a search for one never fails. The dashes may be shared:
// <!--> is an empty comment.
size_t comment_end(std::string_view text, size_t begin, size_t last_end) {
  if (!text.substr(begin).starts_with("<!--")) return std::string_view::npos;
  if (last_end == std::string_view::npos || last_end < begin + 2) return std::string_view::npos;
  return text.find(kCommentEnd, begin + 2) + kCommentEnd.size();
}

// Where the tag that begins at `begin` ends; npos if none begins there.
size_t tag_end(std::string_view text, size_t begin) {
  constexpr std::string_view kFirst = "/!?";
  if (begin + 1 >= text.size()) return std::string_view::npos;
  const char first = text[begin + 1];
  const bool is_letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
  if (!is_letter && kFirst.find(first) == std::string_view::npos) return std::string_view::npos;
  const size_t end = text.find_first_of("<>", begin + 1);
  return end == std::string_view::npos || text[end] == '<' ? std::string_view::npos : end + 1;
}

std::vector<std::string_view> parts_between_tags(std::string_view text) {
  std::vector<std::string_view> parts;
  const size_t last_comment_end = text.rfind(kCommentEnd);
  size_t part = 0;
  for (size_t at = text.find('<'); at != std::string_view::npos;) {
    size_t end = comment_end(text, at, last_comment_end);
    if (end == std::string_view::npos) end = tag_end(text, at);
    if (end == std::string_view::npos) {
      at = text.find('<', at + 1);
      continue;
    }
    parts.push_back(text.substr(part, at - part));
    part = end;
    at = text.find('<', end);
  }
  parts.push_back(text.substr(part));
  return parts;
}

// Keeps the first `limit` items and returns how many went; 0 is no limit.
template <typename Item>
int64_t cut_to(std::vector<Item>& items, int64_t limit) {
  const auto size = static_cast<int64_t>(items.size());
  if (limit == 0 || size <= limit) return 0;
  items.resize(static_cast<size_t>(limit));
  return size - limit;
}

}  // namespace

struct DocumentSplitter::Rules {
  Rules() {
    UErrorCode status = U_ZERO_ERROR;
    sentences.reset(icu::BreakIterator::createSentenceInstance(icu::Locale::getRoot(), status));
    words.reset(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
    if (U_FAILURE(status))
      throw Error("ICU cannot find sentences and words: {}", u_errorName(status));
  }

  std::vector<std::string> words_of(const icu::UnicodeString& sentence) {
    std::vector<std::string> found;
    words->setText(sentence);
    int32_t begin = words->first();
    for (int32_t end = words->next(); end != icu::BreakIterator::DONE; end = words->next()) {
      const icu::UnicodeString word = sentence.tempSubStringBetween(begin, end);
      begin = end;
      if (is_visible(word)) word.toUTF8String(found.emplace_back());
    }
    return found;
  }

  std::unique_ptr<icu::BreakIterator> sentences, words;
};

DocumentSplitter::DocumentSplitter(const SplitterOptions& options)
    : options_(options), rules_(std::make_unique<Rules>()) {}

DocumentSplitter::~DocumentSplitter() = default;

Document DocumentSplitter::split(std::string_view text) {
  Document document;
  if (text.find(kSpacedMark) != std::string_view::npos) {
    document = split_marked(text);
  } else if (options_.tags_as_breaks) {
    for (const std::string_view part : parts_between_tags(text)) add_sentences(part, document);
  } else {
    add_sentences(text, document);
  }
  apply_limits(document);
  return document;
}

Document DocumentSplitter::split_marked(std::string_view text) const {
  static const auto tokenizer = make_tokenizer("space", {});
  Document document(1);
  for (std::string& token : tokenizer->split(text)) {
    if (token == kSentenceMark) {
      document.emplace_back();
    } else {
      document.back().push_back(options_.lowercase ? to_lower(token) : std::move(token));
    }
  }
  return document;
}

void DocumentSplitter::add_sentences(std::string_view text, Document& document) {
  const icu::UnicodeString whole =
      options_.html_entities ? to_utf16(decode_html_entities(text)) : to_utf16(text);
  icu::BreakIterator& sentences = *rules_->sentences;
  sentences.setText(whole);
  int32_t begin = sentences.first();
  for (int32_t end = sentences.next(); end != icu::BreakIterator::DONE; end = sentences.next()) {
    icu::UnicodeString sentence(whole, begin, end - begin);
    begin = end;
    if (options_.lowercase) sentence.toLower(icu::Locale::getRoot());
    std::vector<std::string> words = rules_->words_of(sentence);
    if (!words.empty()) document.push_back(std::move(words));
  }
}

void DocumentSplitter::apply_limits(Document& document) {
  const int64_t sentences = cut_to(document, options_.max_sentences);
  cut_.sentences += sentences;
  if (sentences > 0) ++cut_.documents;
  for (std::vector<std::string>& sentence : document) {
    const int64_t words = cut_to(sentence, options_.max_words);
    cut_.words += words;
    if (words > 0) ++cut_.long_sentences;
  }
}

}  // namespace alinea
