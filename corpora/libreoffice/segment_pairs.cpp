#include "libreoffice/segment_pairs.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>

#include "support/error.h"

namespace alinea {
namespace {

constexpr int64_t kLongest = 50;

bool has_letter(std::string_view text) {
  const auto points =
      icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
  for (int32_t at = 0; at < points.length(); at = points.moveIndex32(at, 1)) {
    if (u_isalpha(points.char32At(at))) return true;
  }
  return false;
}

int64_t count_tokens(std::string_view text) {
  return text.empty() ? 0 : 1 + std::count(text.begin(), text.end(), ' ');
}

bool lengths_agree(int64_t one, int64_t other) {
  const auto [shorter, longer] = std::minmax(one, other);
  return shorter > 0 && longer <= kLongest && (longer <= 3 * shorter || longer <= shorter + 5);
}

bool is_translation(const SegmentPair& pair) {
  return pair.source != pair.target && has_letter(pair.source) && has_letter(pair.target) &&
         lengths_agree(count_tokens(pair.source), count_tokens(pair.target));
}

// FNV-1a of 64 bits: the same everywhere, unlike std::hash.
uint64_t hash(std::string_view text) {
  uint64_t value = 0xcbf29ce484222325;
  for (const char byte : text) {
    value = (value ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  }
  return value;
}

}  // namespace

void SegmentPairs::add(SegmentPair pair) {
  if (!is_translation(pair)) return;
  if (sources_.count(pair.source) > 0 || targets_.count(pair.target) > 0) return;
  sources_.insert(pair.source);
  targets_.insert(pair.target);
  pairs_.push_back(std::move(pair));
}

SegmentSplits split_by_hash(std::vector<SegmentPair> pairs, size_t held_out) {
  if (pairs.size() <= 2 * held_out) {
    throw Error("expected more than {} different segment pairs, found {}", 2 * held_out,
                pairs.size());
  }
  std::sort(pairs.begin(), pairs.end(), [](const SegmentPair& one, const SegmentPair& other) {
    return std::pair(hash(one.source), one.source) < std::pair(hash(other.source), other.source);
  });
  const auto first = std::make_move_iterator(pairs.begin());
  const auto cut = static_cast<std::ptrdiff_t>(held_out);
  SegmentSplits splits;
  splits.test.assign(first, first + cut);
  splits.valid.assign(first + cut, first + 2 * cut);
  splits.train.assign(first + 2 * cut, std::make_move_iterator(pairs.end()));
  return splits;
}

}  // namespace alinea
