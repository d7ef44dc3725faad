// Found and gold alignments, in every form.
#include "metrics/links.h"

#include <cstdlib>

#include "fuzz/fuzz_target.h"
#include "metrics/alignment_error.h"
#include "support/error.h"

namespace alinea::fuzz {

namespace {

constexpr int64_t kSentences = 100;

void check(std::span<const GoldLinks> gold) {
  for (const GoldLinks& sentence : gold) {
    if (sentence.sure.size() > sentence.possible.size()) std::abort();
    for (const Link& link : sentence.possible)
      if (link.source < 0 || link.target < 0) std::abort();
  }
}

}  // namespace

void read(const std::filesystem::path& file) {
  for (const int64_t first_index : {0, 1}) {
    for (const bool naacl : {false, true}) {
      try {
        check(read_gold(file, {.first_index = first_index, .naacl = naacl}, kSentences).sentences);
      } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the other forms come next
      }
    }
  }
  const std::vector<Links> found = read_links(file, 0);
  if (alignment_error(found, read_gold(file, {}, kSentences).sentences).precision() < 1)
    std::abort();
}

}  // namespace alinea::fuzz
