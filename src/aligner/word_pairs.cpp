#include "aligner/word_pairs.h"

#include <unordered_map>

#include "support/error.h"
#include "text/unicode.h"

namespace alinea {

namespace {

class WordNumbers {
 public:
  WordNumbers(WordSide& side, bool lowercase) : side_(side), lowercase_(lowercase) {}

  void add(const std::string& line) {
    std::vector<int32_t>& ids = side_.lines.emplace_back();
    constexpr const char* kBlanks = " \t";
    for (size_t end = 0, begin = 0;
         (begin = line.find_first_not_of(kBlanks, end)) != std::string::npos;) {
      end = std::min(line.find_first_of(kBlanks, begin), line.size());
      ids.push_back(id(line.substr(begin, end - begin)));
    }
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

WordPairs read_word_pairs(const ParallelFiles& files, bool lowercase) {
  WordPairs pairs;
  WordNumbers sources(pairs.source, lowercase), targets(pairs.target, lowercase);
  PairReader reader(files);
  std::string source, target;
  while (reader.next(source, target)) {
    sources.add(source);
    targets.add(target);
  }
  if (pairs.source.words.empty() || pairs.target.words.empty())
    throw Error("expected words on both sides of {}, got none", files.names());
  return pairs;
}

}  // namespace alinea
