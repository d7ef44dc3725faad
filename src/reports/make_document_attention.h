// From what a classifier kept of attention to a report.
#pragma once

#include <vector>

#include "models/classification.h"
#include "reports/document_attention.h"
#include "text/document_splitter.h"
#include "text/labels.h"

namespace alinea {

// `document` holds the words that the model read; all of them are one sentence where it is not
// hierarchical.
DocumentAttention make_document_attention(const Classification& result, const Labels& labels,
                                          Document document, bool hierarchical);

}  // namespace alinea
