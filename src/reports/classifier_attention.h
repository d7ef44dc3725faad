// What words looked at while a document or a pair was classified, in the form that reports take.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/classification.h"
#include "reports/alignment.h"
#include "text/document_splitter.h"

namespace alinea {

// The words as the model reads them: a pair that it reads as one text as that text, with its
// symbols.
Document words_as_read(const DocumentClassifier& model, Document document);

// Of a flat model whose encoder has self-attention; it may have read the first words alone.
Alignment self_attention_of(const DocumentClassifier& model, const Classification& result,
                            const Document& document, int64_t number);

// Of one text of a pair to the other. Rows are the words that look, the delimiter first, or, where
// they look but once, all of them. Premises that are compared look at hypotheses and their
// delimiter.
enum class LookingText { kPremise, kHypothesis };
Alignment pair_attention_of(const DocumentClassifier& model, const Classification& result,
                            const Document& document, LookingText which, int64_t number);

}  // namespace alinea
