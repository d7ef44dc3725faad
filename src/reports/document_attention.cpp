#include "reports/document_attention.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "reports/csv.h"

namespace alinea {

namespace {

// `start` is what a row begins with.
void write_sentence(std::ostream& out, const std::string& start,
                    const std::vector<std::string>& words, const std::vector<float>& weights) {
  if (words.empty()) fmt::print(out, "{},,,{}", start, kCsvEndOfLine);
  for (size_t w = 0; w < words.size(); ++w)
    fmt::print(out, "{},{},{},{}{}", start, w, csv_field(words[w]), weights[w], kCsvEndOfLine);
}

}  // namespace

AttentionCsvFile::AttentionCsvFile(const std::filesystem::path& path, int64_t rows)
    : file_(path), rows_(rows) {
  file_.stream() << "document" << (rows > 1 ? ",row" : "")
                 << ",sentence,sentence_weight,position,word,word_weight" << kCsvEndOfLine;
}

void AttentionCsvFile::write(const DocumentAttention& document) {
  std::ostream& out = file_.stream();
  for (int64_t row = 0; row < rows_; ++row)
    for (size_t s = 0; s < document.sentences.size(); ++s) {
      const SentenceAttention& sentence = document.sentences[s];
      if (rows_ == 1) {
        write_sentence(out, fmt::format("{},{},{}", documents_, s, sentence.weight), sentence.words,
                       sentence.weights);
      } else {
        const auto& [weight, weights] = sentence.rows[static_cast<size_t>(row)];
        write_sentence(out, fmt::format("{},{},{},{}", documents_, row, s, weight), sentence.words,
                       weights);
      }
    }
  ++documents_;
}

}  // namespace alinea
