#include "reports/translation_attention.h"

#include <string>
#include <utility>
#include <vector>

#include "reports/make_alignment.h"
#include "search/translator.h"

namespace alinea {

Alignment translation_attention(const EncoderDecoder& network, const Languages& languages,
                                const TranslatedLine& line, AttentionOf of,
                                const AttentionSelection& selection) {
  std::vector<std::string> words = languages.target.tokens(line.hypothesis.tokens);
  if (of == AttentionOf::kCross) {
    const KeptAttention kept =
        line.hypothesis.attention.selected(selection, line.source.positions());
    return make_alignment(line.number, line.source.tokens, std::move(words),
                          {kept, line.hypothesis.ended, !languages.has_features});
  }
  SentencePair pair = line.source.pair();
  pair.target = line.hypothesis.tokens;
  const ScoredPair read =
      score(network, std::span(&pair, 1), {.keep_attention = true, .attention_of = of})[0];
  if (of == AttentionOf::kEncoder) {
    words = line.source.tokens;
    if (!languages.has_features) words.emplace_back(kEndSymbol);
  } else {
    words.insert(words.begin(), kBeginSymbol);
  }
  return make_alignment(line.number, looked_at(of, network.options(), words), words,
                        read.attention.selected(selection, std::ssize(words)));
}

}  // namespace alinea
