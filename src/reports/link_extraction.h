// From attention weights to links between words.
#pragma once

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
};

Links extract_links(const Alignment& alignment, const LinkExtraction& options = {});

// The same pair seen from both sides: every weight is the mean of the two that a source and a
// target word have for each other. `reverse` has the words of `forward`, its sides exchanged.
Alignment mean_of_directions(Alignment forward, const Alignment& reverse);

}  // namespace alinea
