#include "search/shown_tokens.h"

#include <utility>

namespace alinea {

std::vector<std::string> shown_tokens(const Language& target, const SourceLine& source,
                                      const Hypothesis& hypothesis,
                                      std::span<const std::string> prefix,
                                      const UnknownReplacement* replacement) {
  std::vector<std::string> tokens = target.tokens(hypothesis.tokens);
  for (size_t t = 0; t < tokens.size(); ++t) {
    if (hypothesis.tokens[t] != kUnknown) continue;
    if (t < prefix.size()) {
      tokens[t] = prefix[t];
    } else if (replacement != nullptr) {
      const size_t width = source.tokens.size() + 1;
      const std::vector<float> weights =
          hypothesis.attention.mean_row(static_cast<int64_t>(t), static_cast<int64_t>(width));
      if (std::string word = (*replacement)(source.tokens, weights); !word.empty())
        tokens[t] = std::move(word);
    }
  }
  return tokens;
}

}  // namespace alinea
