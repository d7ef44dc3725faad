// A number in German and English words whose alignment is known, because the words of both
// languages are laid out from the number's own structure.
//
//   321,000   drei hundert ein und zwanzig tausend
//             three hundred twenty one thousand
//
// ICU does the spelling (RuleBasedNumberFormat); German words are cut where ICU puts soft hyphens,
// English ones at spaces and hyphens.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace alinea {

// A word of the source and a word of the target, both counted from 0, that translate each other.
struct GoldLink {
  int64_t source;
  int64_t target;
  bool sure;  // false: allowed in an alignment, never required of it

  bool operator==(const GoldLink&) const = default;
};

struct SpelledNumber {
  std::vector<std::string> german;
  std::vector<std::string> english;
  std::vector<GoldLink> links;  // German is the source; ordered by source, then target
};

class NumberSpeller {
 public:
  NumberSpeller();
  ~NumberSpeller();

  // Spells a number of 0..999,999. Every word has sure links, save the `und` between units and
  // tens: English has no word for it, so it may be linked with the two words that it joins.
  // Throws Error where ICU's rules no longer spell what the structure says.
  SpelledNumber spell(int64_t number) const;

 private:
  struct Rules;
  std::unique_ptr<const Rules> rules_;
};

// Links in the Pharaoh form: `i-j` is sure, `i?j` is possible.
std::string pharaoh(const std::vector<GoldLink>& links);

}  // namespace alinea
