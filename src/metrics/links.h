// Word alignments as sets of links between a source and a target word.
#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace alinea {

// Positions counted from 0.
struct Link {
  int32_t source = 0, target = 0;
  auto operator<=>(const Link&) const = default;  // NOLINT(modernize-use-nullptr): no pointer
};

using Links = std::vector<Link>;  // sorted, none twice

// What people drew: sure links, and those that may be there. Every sure link is possible too.
struct GoldLinks {
  Links sure;
  Links possible;
};

// How positions are written in a file.
struct LinkFormat {
  int64_t first_index = 0;  // what the first word is called: 0 or 1
  bool naacl = false;       // "sentence source target [S|P]" a line, a link a line
};

// "0-0 1-2": i-j pairs of one sentence, source first, by blanks. Throws Error for anything else.
Links parse_links(std::string_view line, int64_t first_index = 0);
std::string to_string(const Links& links);

// The links of every sentence of a file, Pharaoh's form. Throws Error that names the line.
std::vector<Links> read_links(const std::filesystem::path& path, int64_t first_index = 0);

// The gold links of every sentence of a file: a line a sentence with i-j for a sure and i?j for a
// possible link, or the form of the NAACL 2003 shared task (Mihalcea & Pedersen), where sentences
// are numbered from 1 in ascending order and a link without a mark is sure. Throws Error that names
// the line.
std::vector<GoldLinks> read_gold(const std::filesystem::path& path, const LinkFormat& format);

}  // namespace alinea
