#include "metrics/alignment_breakdown.h"

#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "support/error.h"
#include "text/tokenizer.h"

namespace alinea {

namespace {

constexpr std::array kClassNames = {"punctuation", "rare words", "function words", "content words"};
constexpr std::array kLengths = {9, 19, 29, 39};
constexpr std::array kDistances = {1.0, 3.0, 6.0};

bool has_letter_or_digit(std::string_view word) {
  const auto length = static_cast<int32_t>(word.size());
  for (int32_t i = 0; i < length;) {
    UChar32 point = 0;
    U8_NEXT(reinterpret_cast<const uint8_t*>(word.data()), i, length, point);
    if (point >= 0 && u_isalnum(point) != 0) return true;
  }
  return false;
}

// What links count, as the aligner does. A no-break space is part of a word.
std::vector<std::string> linked_words(std::string_view line) {
  static const auto blanks = make_tokenizer("space", {});
  return blanks->split(line);
}

struct WordsOfPair {
  std::vector<std::string> source, target;
};

// The groups that links belong to, one after the other: classes, lengths, distances.
class Groups {
 public:
  Groups() {
    for (const char* name : kClassNames) groups_.push_back({name, {}});
    int shortest = 1;
    for (const int length : kLengths) {
      groups_.push_back({fmt::format("{} to {} words", shortest, length), {}});
      shortest = length + 1;
    }
    groups_.push_back({fmt::format("{} words or more", shortest), {}});
    double nearest = 0;
    for (const double distance : kDistances) {
      groups_.push_back({fmt::format("distance {} to {}", nearest, distance), {}});
      nearest = distance;
    }
    groups_.push_back({fmt::format("distance {} or more", nearest), {}});
  }

  void add(const WordsOfPair& sentence, const AlignedText& text, const Links& found,
           const GoldLinks& gold) {
    check(sentence, found, "link");
    check(sentence, gold.possible, "gold link");
    const auto in = [](const Links& links, const Link& link) {
      return std::ranges::binary_search(links, link);
    };
    for (const Link& link : found)
      for (AlignmentError* error : errors(sentence, text, link)) {
        ++error->found;
        error->found_sure += in(gold.sure, link) ? 1 : 0;
        error->found_possible += in(gold.possible, link) ? 1 : 0;
      }
    for (const Link& link : gold.sure)
      for (AlignmentError* error : errors(sentence, text, link)) ++error->sure;
  }

  // Those that a link is in, of which alone there is an error.
  std::vector<AlignmentGroup> take() {
    std::erase_if(groups_, [](const AlignmentGroup& group) {
      return group.error.found == 0 && group.error.sure == 0;
    });
    return std::move(groups_);
  }

 private:
  static void check(const WordsOfPair& sentence, const Links& links, std::string_view name) {
    if (const auto link =
            link_outside(links, std::ssize(sentence.source), std::ssize(sentence.target)))
      throw Error("{} {}-{}, counted from 0, is not within {} source and {} target words", name,
                  link->source, link->target, sentence.source.size(), sentence.target.size());
  }

  std::array<AlignmentError*, 3> errors(const WordsOfPair& sentence, const AlignedText& text,
                                        const Link& link) {
    const auto [i, j] = link;
    const auto word_class = std::min(text.source_classes(sentence.source[static_cast<size_t>(i)]),
                                     text.target_classes(sentence.target[static_cast<size_t>(j)]));
    const auto length = std::ranges::lower_bound(kLengths, std::ssize(sentence.source));
    const double distance =
        std::abs(i - static_cast<double>(j) * static_cast<double>(sentence.source.size()) /
                         static_cast<double>(sentence.target.size()));
    const auto far = std::ranges::upper_bound(kDistances, distance);
    const size_t first_length = kClassNames.size(),
                 first_distance = first_length + kLengths.size() + 1;
    return {&groups_[static_cast<size_t>(word_class)].error,
            &groups_[first_length + static_cast<size_t>(length - kLengths.begin())].error,
            &groups_[first_distance + static_cast<size_t>(far - kDistances.begin())].error};
  }

  std::vector<AlignmentGroup> groups_;
};

}  // namespace

WordClasses::WordClasses(std::span<const std::string> lines) {
  std::unordered_map<std::string, int64_t> counts;
  for (const std::string& line : lines)
    for (const std::string& word : linked_words(line)) ++counts[word];
  std::vector<std::pair<int64_t, std::string_view>> frequent;
  for (const auto& [word, count] : counts) {
    const bool letters = has_letter_or_digit(word);
    classes_[word] = !letters              ? Class::kPunctuation
                     : count <= kRareCount ? Class::kRare
                                           : Class::kContent;
    if (letters && count > kRareCount) frequent.emplace_back(-count, word);
  }
  std::ranges::sort(frequent);  // words of the same count by their bytes
  if (frequent.size() > kFunctionWords) frequent.resize(kFunctionWords);
  for (const auto& [count, word] : frequent) classes_[std::string(word)] = Class::kFunction;
}

WordClasses::Class WordClasses::operator()(std::string_view word) const {
  const auto found = classes_.find(std::string(word));
  if (found != classes_.end()) return found->second;
  return has_letter_or_digit(word) ? Class::kRare : Class::kPunctuation;
}

std::vector<AlignmentGroup> alignment_breakdown(std::span<const Links> found,
                                                std::span<const GoldLinks> gold,
                                                const AlignedText& text) {
  for (const auto side : {text.source, text.target})
    if (side.size() != found.size())
      throw Error("expected as many lines of text as of links, got {} and {}", side.size(),
                  found.size());
  Groups groups;
  for (size_t n = 0; n < found.size(); ++n) {
    try {
      groups.add({linked_words(text.source[n]), linked_words(text.target[n])}, text, found[n],
                 gold[n]);
    } catch (const Error& error) {
      throw Error("line {}: {}", n + 1, error.what());
    }
  }
  return groups.take();
}

}  // namespace alinea
