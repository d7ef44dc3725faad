#include "metrics/links.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "support/counted.h"
#include "support/digits.h"
#include "support/error.h"

namespace alinea {

namespace {

std::vector<std::string_view> fields(std::string_view line) {
  constexpr std::string_view kBlanks = " \t";
  std::vector<std::string_view> found;
  size_t begin = line.find_first_not_of(kBlanks);
  while (begin != std::string_view::npos) {
    const size_t end = std::min(line.find_first_of(kBlanks, begin), line.size());
    found.push_back(line.substr(begin, end - begin));
    begin = line.find_first_not_of(kBlanks, end);
  }
  return found;
}

int32_t parse_index(std::string_view text, int64_t first_index) {
  int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < first_index)
    throw Error("expected a position, a whole number of at least {}, got '{}'", first_index, text);
  return value - static_cast<int32_t>(first_index);
}

struct MarkedLink {
  Link link;
  bool sure;
};

MarkedLink parse_link(std::string_view text, int64_t first_index) {
  const size_t mark = text.find_first_of("-?p");
  if (mark == std::string_view::npos)
    throw Error("expected a link i-j, i?j or ipj, got '{}'", text);
  return {{parse_index(text.substr(0, mark), first_index),
           parse_index(text.substr(mark + 1), first_index)},
          text[mark] == '-'};
}

void normalise(Links& links) {
  std::sort(links.begin(), links.end());
  links.erase(std::unique(links.begin(), links.end()), links.end());
}

void add(GoldLinks& gold, const MarkedLink& marked) {
  gold.possible.push_back(marked.link);
  if (marked.sure) gold.sure.push_back(marked.link);
}

bool is_null(std::string_view position, int64_t first_index) {
  return first_index == 1 && position == "0";
}

void read_naacl_line(std::string_view line, int64_t first_index, Gold& gold) {
  const std::vector<std::string_view> parts = fields(line);
  if (parts.empty()) return;
  if (parts.size() < 3 || (parts.size() > 3 && parts[3] != "S" && parts[3] != "P"))
    throw Error("expected 'sentence source target [S|P]', got '{}'", line);
  const auto sentence = static_cast<size_t>(parse_index(parts[0], 1));
  if (sentence >= gold.sentences.size())
    throw Error("expected one of {}, as there are alignments, got sentence {}",
                counted(gold.sentences.size(), "sentence"), parts[0]);
  if (is_null(parts[1], first_index) || is_null(parts[2], first_index)) {
    ++gold.null_links;
    return;
  }
  add(gold.sentences[sentence],
      {{parse_index(parts[1], first_index), parse_index(parts[2], first_index)},
       parts.size() == 3 || parts[3] == "S"});
}

Gold read_naacl(const std::filesystem::path& path, int64_t first_index, int64_t sentences) {
  Gold gold{std::vector<GoldLinks>(static_cast<size_t>(sentences))};
  LineReader reader(path);
  for (std::string line; reader.next(line);) {
    try {
      read_naacl_line(line, first_index, gold);
    } catch (const Error& error) {
      throw Error("{}:{}: {}", reader.name(), reader.line_number(), error.what());
    }
  }
  for (GoldLinks& links : gold.sentences) {
    normalise(links.sure);
    normalise(links.possible);
  }
  return gold;
}

GoldLinks parse_gold(std::string_view line, int64_t first_index) {
  GoldLinks gold;
  for (const std::string_view text : fields(line)) add(gold, parse_link(text, first_index));
  normalise(gold.sure);
  normalise(gold.possible);
  return gold;
}

bool has_word_0(const Links& links) {
  return std::ranges::any_of(links,
                             [](const Link& link) { return link.source == 0 || link.target == 0; });
}

}  // namespace

Links parse_links(std::string_view line, int64_t first_index) {
  Links links;
  for (std::string_view text : fields(line)) {
    const MarkedLink marked = parse_link(text, first_index);
    if (!marked.sure) throw Error("expected a link i-j, got '{}'", text);
    links.push_back(marked.link);
  }
  normalise(links);
  return links;
}

std::optional<Link> link_outside(const Links& links, int64_t sources, int64_t targets) {
  const auto found = std::ranges::find_if(links, [&](const Link& link) {
    return link.source < 0 || link.target < 0 || link.source >= sources || link.target >= targets;
  });
  return found == links.end() ? std::nullopt : std::optional(*found);
}

std::string to_string(const Links& links) {
  std::string line;
  for (const Link& link : links)
    fmt::format_to(std::back_inserter(line), "{}{}-{}", line.empty() ? "" : " ", link.source,
                   link.target);
  return line;
}

template <typename Parse>
bool LinkReader::next_line(Parse parse) {
  std::string line;
  if (!reader_.next(line)) return false;
  try {
    parse(without_number(line));
  } catch (const Error& error) {
    throw Error("{}:{}: {}", reader_.name(), reader_.line_number(), error.what());
  }
  return true;
}

// A number that is not the next one may be the end of a line that was torn, or belong to a sentence
// that other files do not have.
std::string_view LinkReader::without_number(std::string_view line) {
  const size_t tab = line.find('\t');
  const std::string_view digits = line.substr(0, tab);
  const bool is_numbered = tab != std::string_view::npos && is_number(digits);
  if (is_numbered && !number_ && line_number() > 1)
    throw Error("expected no sentence number, as in the lines before, got '{}'", line);
  if (!is_numbered && number_)
    throw Error("expected a sentence number and a tab, as in line 1, got '{}'", line);
  if (!is_numbered) return line;
  const int64_t number = parse_index(digits, 0);
  if (number_ && number != *number_ + 1)
    throw Error("expected sentence {}, got sentence {}", *number_ + 1, number);
  number_ = number;
  return line.substr(tab + 1);
}

bool LinkReader::next(Links& links) {
  return next_line([&](std::string_view line) { links = parse_links(line, first_index_); });
}

bool LinkReader::next(GoldLinks& links) {
  return next_line([&](std::string_view line) { links = parse_gold(line, first_index_); });
}

std::vector<Links> read_links(const std::filesystem::path& path, int64_t first_index) {
  LinkReader reader(path, first_index);
  std::vector<Links> sentences;
  for (Links links; reader.next(links);) sentences.push_back(links);
  return sentences;
}

Gold read_gold(const std::filesystem::path& path, const LinkFormat& format, int64_t sentences) {
  if (format.naacl) return read_naacl(path, format.first_index, sentences);
  LinkReader reader(path, format.first_index);
  Gold gold{};
  for (GoldLinks links; reader.next(links);) gold.sentences.push_back(links);
  return gold;
}

bool look_counted_from_1(std::span<const GoldLinks> gold, std::span<const Links> found) {
  const auto possible = [](const GoldLinks& links) { return !links.possible.empty(); };
  const auto counted_from_0 = [](const GoldLinks& links) { return has_word_0(links.possible); };
  return std::ranges::any_of(gold, possible) && std::ranges::none_of(gold, counted_from_0) &&
         std::ranges::any_of(found, has_word_0);
}

}  // namespace alinea
