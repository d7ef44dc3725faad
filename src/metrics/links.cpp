#include "metrics/links.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "support/error.h"
#include "text/line_reader.h"

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
  const size_t mark = text.find_first_of("-?");
  if (mark == std::string_view::npos) throw Error("expected a link i-j or i?j, got '{}'", text);
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

void read_naacl_line(std::string_view line, int64_t first_index, std::vector<GoldLinks>& gold) {
  const std::vector<std::string_view> parts = fields(line);
  if (parts.empty()) return;
  if (parts.size() < 3 || (parts.size() > 3 && parts[3] != "S" && parts[3] != "P"))
    throw Error("expected 'sentence source target [S|P]', got '{}'", line);
  const auto sentence = static_cast<size_t>(parse_index(parts[0], 1));
  constexpr size_t kMostSkipped = 1 << 20;  // a number far away is a damaged file
  if (sentence + 1 < gold.size() || sentence > gold.size() + kMostSkipped)
    throw Error("expected the sentences in order, got sentence {} after {}", sentence + 1,
                gold.size());
  gold.resize(sentence + 1);
  add(gold.back(), {{parse_index(parts[1], first_index), parse_index(parts[2], first_index)},
                    parts.size() == 3 || parts[3] == "S"});
}

// Calls read(line) for each line and names file and line where it throws.
template <typename Read>
void for_lines(const std::filesystem::path& path, Read read) {
  LineReader reader(path);
  for (std::string line; reader.next(line);) {
    try {
      read(line);
    } catch (const Error& error) {
      throw Error("{}:{}: {}", path.string(), reader.line_number(), error.what());
    }
  }
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

std::string to_string(const Links& links) {
  std::string line;
  for (const Link& link : links)
    fmt::format_to(std::back_inserter(line), "{}{}-{}", line.empty() ? "" : " ", link.source,
                   link.target);
  return line;
}

std::vector<Links> read_links(const std::filesystem::path& path, int64_t first_index) {
  std::vector<Links> sentences;
  for_lines(path,
            [&](std::string_view line) { sentences.push_back(parse_links(line, first_index)); });
  return sentences;
}

std::vector<GoldLinks> read_gold(const std::filesystem::path& path, const LinkFormat& format) {
  std::vector<GoldLinks> sentences;
  for_lines(path, [&](std::string_view line) {
    if (format.naacl) {
      read_naacl_line(line, format.first_index, sentences);
      return;
    }
    GoldLinks& gold = sentences.emplace_back();
    for (std::string_view text : fields(line)) add(gold, parse_link(text, format.first_index));
  });
  for (GoldLinks& gold : sentences) {
    normalise(gold.sure);
    normalise(gold.possible);
  }
  return sentences;
}

}  // namespace alinea
