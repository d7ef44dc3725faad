#include "aligner/word_pairs.h"

#include <unordered_map>

#include "text/tokenizer.h"
#include "text/unicode.h"

namespace alinea {

namespace {

class WordNumbers {
 public:
  WordNumbers(WordSide& side, bool lowercase) : side_(side), lowercase_(lowercase) {}

  void add(std::span<const std::string> words) {
    std::vector<int32_t>& ids = side_.lines.emplace_back();
    for (const std::string& word : words) ids.push_back(id(word));
  }

 private:
  int32_t id(const std::string& word) {
    const auto [found, is_new] = ids_.try_emplace(lowercase_ ? to_lower(word) : word,
                                                  static_cast<int32_t>(side_.words.size()));
    if (is_new) side_.words.push_back(found->first);
    return found->second;
  }

  WordSide& side_;
  bool lowercase_;
  std::unordered_map<std::string, int32_t> ids_;
};

}  // namespace

WordPairs read_word_pairs(const ParallelFiles& files, const WordPairsOptions& options,
                          LeftOut& left_out) {
  WordPairs pairs;
  WordNumbers sources(pairs.source, options.lowercase), targets(pairs.target, options.lowercase);
  const auto blanks = make_tokenizer("space", {});
  PairReader reader(files);
  std::string source, target, fault;
  while (reader.next(source, target, fault)) {
    if (!fault.empty()) left_out.faults[pairs.size()] = fault;
    std::vector<std::string> source_words = blanks->split(source),
                             target_words = blanks->split(target);
    const auto is_long = [&](const std::vector<std::string>& words) {
      return options.max_length > 0 && std::ssize(words) > options.max_length;
    };
    if (is_long(source_words) || is_long(target_words)) {
      ++left_out.long_pairs;
      source_words.clear();
      target_words.clear();
    }
    sources.add(source_words);
    targets.add(target_words);
  }
  return pairs;
}

bool WordPairs::has_pairs() const {
  for (int64_t n = 0; n < size(); ++n)
    if (is_pair(n)) return true;
  return false;
}

}  // namespace alinea
