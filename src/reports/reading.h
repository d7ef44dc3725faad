// What a reader's attention did for one question, its tables and its page.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "storage/atomic_file.h"

namespace alinea {

struct ReadingAttention {
  std::vector<std::string> document, query;
  std::string answer;        // empty: there is none
  std::string gold;          // empty: not known
  double probability = 0;    // of the answer
  std::vector<float> s;      // [D], of the words of the document; adds up to 1
  std::vector<float> beta;   // [Q], of the words of the query; of attention over attention only
  std::vector<float> alpha;  // [Q, D], of which each row adds up to 1
  // [D], or empty: the facts of a story that support its answer.
  std::vector<bool> supporting = {};
};

// A table of weights of the words of all questions: question,position,word,weight, all counted from
// 0. CSV by RFC 4180, as the tables of alignment_csv.h. finish() gives the file its name, and
// without it nothing is left. Throws Error where the file cannot be written.
class WordWeightCsvFile {
 public:
  explicit WordWeightCsvFile(const std::filesystem::path& path);
  void write(int64_t question, const std::vector<std::string>& words,
             const std::vector<float>& weights);
  void finish() { file_.commit(); }

 private:
  AtomicFile file_;
};

// One self-contained HTML page for all questions. Words of the document are as dark as their s, and
// as α(j) while the mouse rests on word j of the query, which is as dark as its β. Its script
// changes the shades. As WordWeightCsvFile otherwise.
//
// Of stories, the words are facts, each as dark as its weight, and the query is the whole question.
class ReadingPageFile {
 public:
  enum class Of { kDocuments, kStories };
  explicit ReadingPageFile(const std::filesystem::path& path, Of of = Of::kDocuments);
  void write(int64_t question, const ReadingAttention& reading);
  void finish();

 private:
  AtomicFile file_;
  Of of_;
};

}  // namespace alinea
