// ROUGE-1, ROUGE-2 and ROUGE-L of summaries (Lin 2004, "ROUGE: a package for automatic evaluation
// of summaries", sections 2 and 3), as the public script ROUGE-1.5.5 counts them of one summary a
// line:
//
//   recall = common / n-grams of the reference,  precision = common / n-grams of the summary,
//   F1 = 2 P R / (P + R)
//
// and of ROUGE-L the longest common subsequence of words in the place of common n-grams. Each is
// the mean over all lines. Of several references of a line the one counts, for each measure, whose
// F1 is highest.
//
// Words are what the script leaves of ASCII text, runs of letters and digits in lower case; here
// of any script's.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "metrics/references.h"

namespace alinea {

struct Rouge {
  struct Score {
    double recall = 0, precision = 0, f1 = 0;  // 0 to 1
  };
  Score unigrams{}, bigrams{}, longest{};
  std::optional<int64_t> references = 1;  // as those of Bleu
  bool stems = false;

  // "ROUGE-1 = 38.12 (recall = 40.03 precision = 37.51)", a line for each measure; the first number
  // is F1.
  std::string to_string() const;
  std::string signature() const;
};

enum class Stems { kNo, kPorter };

// With stems, words of more than three letters are compared by what Porter's (1980) algorithm for
// English leaves of them. Throws what check_segments throws.
Rouge corpus_rouge(std::span<const std::string> summaries, const References& references,
                   Stems stems);

}  // namespace alinea
