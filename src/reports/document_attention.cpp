#include "reports/document_attention.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "reports/csv.h"

namespace alinea {

AttentionCsvFile::AttentionCsvFile(const std::filesystem::path& path) : file_(path) {
  file_.stream() << "document,sentence,sentence_weight,position,word,word_weight" << kCsvEndOfLine;
}

void AttentionCsvFile::write(const DocumentAttention& document) {
  std::ostream& out = file_.stream();
  for (size_t s = 0; s < document.sentences.size(); ++s) {
    const SentenceAttention& sentence = document.sentences[s];
    const std::string start = fmt::format("{},{},{}", documents_, s, sentence.weight);
    if (sentence.words.empty()) fmt::print(out, "{},,,{}", start, kCsvEndOfLine);
    for (size_t w = 0; w < sentence.words.size(); ++w)
      fmt::print(out, "{},{},{},{}{}", start, w, csv_field(sentence.words[w]), sentence.weights[w],
                 kCsvEndOfLine);
  }
  ++documents_;
}

}  // namespace alinea
