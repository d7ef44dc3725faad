// What became of documents that were read.
#pragma once

#include "models/document_classifier.h"
#include "text/document_splitter.h"

namespace alinea {

// Says on stderr what the limits of a splitter left out, if anything.
void say_what_was_cut(const DocumentSplitter& splitter);
// The same of what a classifier has no positions for.
void say_what_was_cut(const DocumentClassifier::Unread& unread);

}  // namespace alinea
