#include "tasks/document_report.h"

#include <fmt/format.h>

#include <iostream>

#include "support/counted.h"

namespace alinea {

void say_what_was_cut(const DocumentSplitter& splitter) {
  const CutReport& cut = splitter.cut();
  const SplitterOptions& limits = splitter.options();
  if (cut.words > 0)
    std::cerr << fmt::format("cut {} from {} of more than {}, see --max-words\n",
                             counted(cut.words, "word"), counted(cut.long_sentences, "sentence"),
                             limits.max_words);
  if (cut.sentences > 0)
    std::cerr << fmt::format("cut {} from {} of more than {}, see --max-sentences\n",
                             counted(cut.sentences, "sentence"), counted(cut.documents, "document"),
                             limits.max_sentences);
}

void say_what_was_cut(const DocumentClassifier::Unread& unread) {
  if (unread.words == 0) return;
  const std::string texts = unread.text == "text of a pair" && unread.texts != 1
                                ? fmt::format("{} texts of pairs", unread.texts)
                                : counted(unread.texts, unread.text);
  std::cerr << fmt::format("cut {} from {} of more than {}, see --max-positions\n",
                           counted(unread.words, "word"), texts,
                           counted(unread.most_positions, "position"));
}

}  // namespace alinea
