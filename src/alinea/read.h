// Readers, in memory: they answer questions about documents, or about stories. Exceptions and
// threads as in translate.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "alinea/export.h"

namespace alinea {

// Options of `alinea answer`, with the same defaults.
struct ReadingCallOptions {
  int64_t batch_size = 32;  // questions
  int64_t threads = 0;      // of a call; 0: as many as OpenMP is given (OMP_NUM_THREADS)
  bool keep_attention = false;
};

// A question about a document, whose query has the model's blank once, or about a story.
struct ReadingQuestion {
  std::vector<std::string> document;  // its lines; of a story its sentences, in their order
  std::string query;
  std::vector<std::string> candidates = {};  // words; none: every word of the document; no stories
};

struct ReadingReply {
  std::string answer;
  struct Choice {
    std::string answer;
    double probability;
  };
  std::vector<Choice> choices = {};  // most probable first
  // Where attention is kept: what stands in its columns, the words of the document or the sentences
  // of the story, and in its rows, the words of the query or the question.
  std::vector<std::string> columns = {}, rows = {};
  std::vector<float> attention = {};      // α [rows, columns], of several heads the mean
  std::vector<float> query_weights = {};  // β [rows], of attention over attention
  std::vector<float> word_weights = {};   // s [columns], of which the answer is made; no stories
  std::string fault = {};                 // why there is no answer; or empty
};

class ALINEA_EXPORT TextReader {
 public:
  // Throws std::runtime_error if the folder does not contain a complete reader.
  explicit TextReader(const std::filesystem::path& model_folder);
  TextReader(TextReader&&) noexcept;
  TextReader& operator=(TextReader&&) noexcept;
  ~TextReader();

  // An answer to each question. What is wrong with one is its fault and changes no other.
  std::vector<ReadingReply> answer(std::span<const ReadingQuestion> questions,
                                   const ReadingCallOptions& options = {}) const;

  bool reads_stories() const;
  // The word that is the blank of a query; empty where the model reads stories.
  const std::string& blank() const;
  bool has_attention() const;

  class Model;  // a reader of documents, or of stories

 private:
  std::unique_ptr<Model> model_;
};

}  // namespace alinea
