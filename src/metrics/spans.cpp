#include "metrics/spans.h"

#include <fmt/format.h>

#include <algorithm>

#include "support/counted.h"
#include "support/utf8.h"

namespace alinea {

namespace {

constexpr std::string_view kOutside = "O";

struct ParsedTag {
  std::string_view letter, type;
};

ParsedTag parsed(std::string_view tag) {
  if (tag == ".") return {kOutside, {}};  // as conlleval has it
  const size_t hyphen = tag.find('-');
  if (hyphen == std::string_view::npos) return {tag, {}};
  return {tag.substr(0, hyphen), tag.substr(hyphen + 1)};
}

bool is_one_of(std::string_view letter, std::string_view letters) {
  return letter.size() == 1 && letters.find(letter) != std::string_view::npos;
}

// conlleval's startOfChunk, with S, U and L as well.
bool begins(const ParsedTag& before, const ParsedTag& tag) {
  if (tag.letter == kOutside) return false;
  if (is_one_of(tag.letter, "BSU[]") || before.type != tag.type) return true;
  return is_one_of(tag.letter, "IEL") && is_one_of(before.letter, "OELSU[]");
}

// conlleval's endOfChunk, with S, U and L as well.
bool ends(const ParsedTag& last, const ParsedTag& after) {
  if (last.letter == kOutside) return false;
  return is_one_of(last.letter, "ELSU[]") || is_one_of(after.letter, "OBSU[]") ||
         last.type != after.type;
}

double share_of(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string filled(const std::string& text, size_t width) {
  const size_t length = code_points(text).size();
  return text + std::string(width > length ? width - length : 0, ' ');
}

std::string row_of(const std::string& name, const SpanCounts& counts) {
  return fmt::format("\n{}  {:9.4f}  {:6.4f}  {:6.4f}  {:6}  {:6}", name, counts.precision(),
                     counts.recall(), counts.f1(), counts.gold, counts.given);
}

}  // namespace

std::vector<Span> spans_of(std::span<const std::string> tags) {
  std::vector<Span> spans;
  bool is_inside = false;
  ParsedTag before{kOutside, {}};
  const int64_t count = std::ssize(tags);
  for (int64_t t = 0; t <= count; ++t) {
    const ParsedTag tag = t < count ? parsed(tags[t]) : ParsedTag{kOutside, {}};
    if (is_inside && (ends(before, tag) || begins(before, tag))) {
      spans.back().end = t;
      is_inside = false;
    }
    if (begins(before, tag)) {
      spans.push_back({t, t, std::string(tag.type)});
      is_inside = true;
    }
    before = tag;
  }
  return spans;
}

double SpanCounts::precision() const { return share_of(right, given); }
double SpanCounts::recall() const { return share_of(right, gold); }
double SpanCounts::f1() const { return share_of(2 * right, gold + given); }

SpanCounts& SpanCounts::operator+=(const SpanCounts& other) {
  gold += other.gold;
  given += other.given;
  right += other.right;
  return *this;
}

void TagScores::add(std::span<const std::string> gold, std::span<const std::string> given) {
  int64_t right = 0;
  for (size_t t = 0; t < gold.size(); ++t) right += gold[t] == given[t] ? 1 : 0;
  words_ += std::ssize(gold);
  words_right_ += right;
  ++sentences_;
  sentences_right_ += right == std::ssize(gold) ? 1 : 0;
  const std::vector<Span> wanted = spans_of(gold), found = spans_of(given);
  for (const Span& span : wanted) ++types_[span.type].gold;
  for (const Span& span : found) {
    SpanCounts& counts = types_[span.type];
    ++counts.given;
    const auto same = std::ranges::lower_bound(wanted, span.begin, {}, &Span::begin);
    if (same != wanted.end() && *same == span) ++counts.right;
  }
}

double TagScores::accuracy() const { return share_of(words_right_, words_); }
double TagScores::sentences_right() const { return share_of(sentences_right_, sentences_); }

SpanCounts TagScores::spans() const {
  SpanCounts all;
  for (const auto& [type, counts] : types_) all += counts;
  return all;
}

std::string TagScores::table() const {
  if (!has_spans()) return {};
  size_t width = std::string("all types").size();
  for (const auto& [type, counts] : types_) width = std::max(width, code_points(type).size());
  std::string text = filled("spans", width) + "  precision  recall      F1    gold   given";
  for (const auto& [type, counts] : types_) text += row_of(filled(type, width), counts);
  return text + row_of(filled("all types", width), spans());
}

std::string TagScores::to_string() const {
  std::string text =
      fmt::format("{}  accuracy {:.4f}  {}  all tags right {:.4f}", counted(words_, "word"),
                  accuracy(), counted(sentences_, "sentence"), sentences_right());
  if (has_spans())
    text += fmt::format("  precision {:.4f}  recall {:.4f}  F1 {:.4f}\n{}", spans().precision(),
                        spans().recall(), spans().f1(), table());
  return text;
}

}  // namespace alinea
