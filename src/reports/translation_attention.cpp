#include "reports/translation_attention.h"

#include <span>

#include "reports/make_alignment.h"
#include "search/translator.h"

namespace alinea {

Alignment translation_attention(const EncoderDecoder& network, const Languages& languages,
                                const TranslatedLine& line, AttentionOf of,
                                const AttentionSelection& selection) {
  KeptAttention attention = line.hypothesis.attention;
  if (of != AttentionOf::kCross) {
    SentencePair pair = line.source.pair();
    pair.target = line.hypothesis.tokens;
    attention = score(network, std::span(&pair, 1), {.keep_attention = true, .attention_of = of})[0]
                    .attention;
  }
  return make_alignment(
      line.number,
      {network.options(), line.source.tokens, languages.target.tokens(line.hypothesis.tokens),
       attention, line.hypothesis.ended},
      of, selection);
}

}  // namespace alinea
