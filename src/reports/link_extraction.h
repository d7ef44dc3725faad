// From attention weights to links between words.
#pragma once

#include <functional>
#include <string>

#include "metrics/links.h"
#include "reports/alignment.h"

namespace alinea {

// argmax over the source for each target word is the protocol of Luong et al. (2015, section 5.4);
// a threshold takes every pair whose weight is at least that. `</s>` has no links: where the
// largest weight falls on it, the word is aligned to nothing.
struct LinkExtraction {
  std::string method = "argmax";  // or "threshold"
  std::string per = "target";     // argmax: a link for each word of this side, or "source"
  double threshold = 0.5;
  bool in_characters = false;  // how links are written: by places in the lines, not by positions
};

Links extract_links(const Alignment& alignment, const LinkExtraction& options = {});

// Makes links of an alignment, in whatever way.
using LinksOf = std::function<Links(const Alignment& alignment)>;
LinksOf extracted_links(const LinkExtraction& options = {});

// As a line has them: "0-0 1-2", or in characters "0:3-0:5 4:9-10:15", which are [begin, end).
std::string links_text(const Links& links, const Alignment& alignment, bool in_characters);

// The same pair seen from both sides: every weight is the mean of the two that a source and a
// target word have for each other. `reverse` has the words of `forward`, its sides exchanged.
Alignment mean_of_directions(Alignment forward, const Alignment& reverse);

}  // namespace alinea
