#include "tasks/document_report.h"

#include <fmt/format.h>

#include <iostream>

namespace alinea {

void say_what_was_cut(const DocumentSplitter& splitter) {
  const CutReport& cut = splitter.cut();
  const SplitterOptions& limits = splitter.options();
  if (cut.words > 0)
    std::cerr << fmt::format("cut {} words from {} sentences of more than {}, see --max-words\n",
                             cut.words, cut.long_sentences, limits.max_words);
  if (cut.sentences > 0)
    std::cerr << fmt::format(
        "cut {} sentences from {} documents of more than {}, see --max-sentences\n", cut.sentences,
        cut.documents, limits.max_sentences);
}

}  // namespace alinea
