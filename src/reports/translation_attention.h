// What attention did while a line was translated, in the form that reports take.
#pragma once

#include <cstdint>

#include "attention/weights.h"
#include "models/translation_model.h"
#include "reports/alignment.h"
#include "search/beam_search.h"
#include "search/source_line.h"

namespace alinea {

struct TranslatedLine {
  int64_t number;  // of the alignment
  const SourceLine& source;
  const Hypothesis& hypothesis;  // with its attention, where that of kCross is wanted
};

// Of tokens. The search keeps no self-attention: for that the model reads its translation once
// more. Throws UsageError for a layer or a head that there is not. The model has attention there.
Alignment translation_attention(const EncoderDecoder& network, const Languages& languages,
                                const TranslatedLine& line, AttentionOf of,
                                const AttentionSelection& selection = {});

}  // namespace alinea
