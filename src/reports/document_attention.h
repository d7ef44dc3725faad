// What attention did for one document, and its table.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "storage/atomic_file.h"

namespace alinea {

// A sentence and its words, with the weights that words have within it; those of the words add up
// to 1. A sentence without words has a weight too.
struct SentenceAttention {
  float weight = 0;
  std::vector<std::string> words;
  std::vector<float> weights;  // one per word
  // Of a pooling with several rows of weights, each with its own; the others are their means.
  struct Row {
    float weight = 0;
    std::vector<float> weights;
  };
  std::vector<Row> rows = {};
};

// The sentences' weights add up to 1. A flat model has one sentence of weight 1 with all words.
struct DocumentAttention {
  std::string label;       // the answer
  double probability = 0;  // of the answer
  std::vector<SentenceAttention> sentences;
};

// One table for all documents, with one row per word:
// document,sentence,sentence_weight,position,word,word_weight
// and, where the pooling has several rows of weights, a column `row` behind the document and one
// row per word for each. Documents, rows, sentences and positions are counted from 0. CSV by RFC
// 4180, as the tables of alignment_csv.h. A sentence without words has one row whose position, word
// and word_weight are empty, so that each sentence's weight can be read; a document without
// sentences has none. Rows are written as they come; finish() gives the file its name, and without
// it nothing is left. Throws Error where the file cannot be written.
class AttentionCsvFile {
 public:
  explicit AttentionCsvFile(const std::filesystem::path& path, int64_t rows = 1);
  void write(const DocumentAttention& document);
  void finish() { file_.commit(); }

 private:
  AtomicFile file_;
  int64_t rows_, documents_ = 0;
};

}  // namespace alinea
