// What became of documents that were read.
#pragma once

#include "text/document_splitter.h"

namespace alinea {

// Says on stderr what the limits of a splitter left out, if anything.
void say_what_was_cut(const DocumentSplitter& splitter);

}  // namespace alinea
