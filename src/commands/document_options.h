// What the commands over documents share.
#pragma once

#include "text/document_splitter.h"

namespace alinea {

// Says on stderr what the limits of a splitter left out, if anything.
void say_what_was_cut(const DocumentSplitter& splitter);

}  // namespace alinea
