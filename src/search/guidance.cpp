#include "search/guidance.h"

#include "support/error.h"
#include "text/vocabulary.h"

namespace alinea {
namespace {

void check_tokens(const std::vector<int32_t>& tokens, int64_t vocabulary_size) {
  for (const int32_t token : tokens)
    if (token < 0 || token >= vocabulary_size || token == kBegin || token == kEnd)
      throw UsageError("a translation cannot be required to contain the token {}", token);
}

}  // namespace

void check(const Guidance& guidance, int64_t vocabulary_size) {
  check_tokens(guidance.prefix, vocabulary_size);
  for (const auto& phrases : {guidance.required, guidance.avoided}) {
    for (const Guidance::Phrase& phrase : phrases) {
      if (phrase.empty())
        throw UsageError("a phrase that is required or avoided must have at least one token");
      check_tokens(phrase, vocabulary_size);
    }
  }
}

}  // namespace alinea
