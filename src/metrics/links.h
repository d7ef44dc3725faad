// Word alignments as sets of links between a source and a target word.
#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/line_reader.h"

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

// How a file writes links.
struct LinkFormat {
  int64_t first_index = 0;  // what the first word is called: 0 or 1
  bool naacl = false;       // "sentence source target [S|P]", one link per line
};

// "0-0 1-2": i-j pairs of one sentence, source first, between blanks. Throws Error for anything
// else.
Links parse_links(std::string_view line, int64_t first_index = 0);
std::string to_string(const Links& links);

// The first link that is not between one of so many source and one of so many target words.
std::optional<Link> link_outside(const Links& links, int64_t sources, int64_t targets);

// Links in Pharaoh's form, one line per sentence. A line may begin with the number of its sentence
// and a tab; if the first one does then all do, and the numbers go up by one from there.
class LinkReader {
 public:
  // Throws Error as LineReader does.
  explicit LinkReader(const std::filesystem::path& path, int64_t first_index = 0)
      : reader_(path), first_index_(first_index) {}

  // False at the end. Throws Error that names file and line.
  bool next(Links& links);
  bool next(GoldLinks& links);

  // The line last read, from 1; 0 before the first.
  int64_t line_number() const { return reader_.line_number(); }

 private:
  template <typename Parse>
  bool next_line(Parse parse);
  std::string_view without_number(std::string_view line);

  LineReader reader_;
  int64_t first_index_;
  std::optional<int64_t> number_;  // of the sentence last read, where the file numbers them
};

// The links of every sentence of a file. Throws what LinkReader throws.
std::vector<Links> read_links(const std::filesystem::path& path, int64_t first_index = 0);

struct Gold {
  std::vector<GoldLinks> sentences;
  int64_t null_links = 0;  // left out: links with position 0, NULL, where words count from 1
};

// The gold links of every sentence of a file: lines as LinkReader takes them, with i-j for a sure
// and i?j or ipj for a possible link; or the form of the NAACL 2003 shared task (Mihalcea &
// Pedersen), where sentences are numbered from 1 to `sentences` in ascending order, a link without
// a mark is sure and those with NULL are left out. There the result has `sentences` sentences,
// whatever the last number is. Throws Error that names the line.
Gold read_gold(const std::filesystem::path& path, const LinkFormat& format, int64_t sentences);

// Whether gold links that were read as counted from 0 look as if they were counted from 1: none of
// them has a word 0, while the links that were found do.
bool look_counted_from_1(std::span<const GoldLinks> gold, std::span<const Links> found);

}  // namespace alinea
