#include "tasks/word_masking.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "text/vocabulary.h"

namespace alinea {

namespace {

constexpr double kShare = 0.15;
constexpr float kMasked = 0.8F, kReplaced = 0.1F;

// The first `count` of the items become a random choice of all.
void choose_first(std::vector<int64_t>& items, size_t count, Random& random) {
  for (size_t i = 0; i < count; ++i)
    std::swap(items[i], items[i + random.next() % (items.size() - i)]);
  items.resize(count);
}

// Any word but the special symbols and <mask>.
int32_t draw_word(const MaskingOptions& options, Random& random) {
  constexpr int32_t kFirst = kEnd + 1;
  const auto words = static_cast<uint64_t>(options.vocabulary_size - kFirst - 1);
  if (words == 0) return options.mask;
  const auto word = static_cast<int32_t>(kFirst + random.next() % words);
  return word < options.mask ? word : word + 1;
}

}  // namespace

void add_masked(std::span<const int32_t> sentence, const MaskingOptions& options, Random& random,
                MaskedWords& masked) {
  std::vector<int64_t> places;
  for (int64_t t = 0; t < std::ssize(sentence); ++t)
    if (sentence[t] != kEnd) places.push_back(t);
  if (places.empty()) places.push_back(0);
  const double share = std::round(kShare * static_cast<double>(places.size()));
  choose_first(places, std::max<size_t>(static_cast<size_t>(share), 1), random);
  std::ranges::sort(places);
  const int64_t begin = std::ssize(masked.ids);
  masked.ids.insert(masked.ids.end(), sentence.begin(), sentence.end());
  masked.lengths.push_back(std::ssize(sentence));
  for (const int64_t t : places) {
    int32_t& read = masked.ids[begin + t];
    masked.places.push_back(begin + t);
    masked.words.push_back(read);
    const float kind = random.uniform();
    if (kind < kMasked) {
      read = options.mask;
    } else if (kind < kMasked + kReplaced) {
      read = draw_word(options, random);
    }
  }
}

}  // namespace alinea
