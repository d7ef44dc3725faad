// Causal language models, in memory: they write texts, and say how probable texts are. Exceptions
// and threads as in translate.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "alinea/export.h"

namespace alinea {

// Options of `alinea generate`, with the same defaults.
struct WritingOptions {
  int64_t beam_size = 5;  // size of the beam; 1 is greedy search; with sampling, how many samples
  int64_t n_best = 1;     // texts of a prompt, at most beam_size; with sampling all samples
  int64_t max_length = 100;  // tokens behind a prompt
  double length_penalty = 1;
  int64_t batch_size = 64;  // prompts
  int64_t threads = 0;      // of a call; 0: as many as OpenMP is given (OMP_NUM_THREADS)

  int64_t min_length = 0;     // tokens of a text
  bool allow_unknown = true;  // <unk>
  int64_t no_repeat_ngram_size = 0;
  double repetition_penalty = 1;

  bool sampling = false;  // draws beam_size texts
  double temperature = 1;
  int64_t top_k = 0;  // tokens; 0: all
  double top_p = 1;
  uint64_t seed = 1;
};

struct WrittenText {
  std::string text;  // the prompt and what stands behind it
  double score = 0;  // by which texts are compared
  double log_probability = 0;
  std::vector<std::string> tokens = {};  // </s> last, where it ended
  std::vector<float> token_log_probabilities = {};
};

struct WritingAnswer {
  std::vector<WrittenText> texts = {};  // best first
  std::string fault = {};               // why there is none; or empty
};

struct TextScoreOptions {
  int64_t batch_size = 64;  // texts
  int64_t threads = 0;      // as in WritingOptions
};

// A text that was given, as `alinea score --text` reads it.
struct ScoredText {
  double log_probability = 0;            // </s> counted
  double perplexity = 0;                 // of a token
  std::vector<std::string> tokens = {};  // </s> last
  std::vector<float> token_log_probabilities = {};
  std::string fault = {};  // why there is nothing of all that; or empty
};

class ALINEA_EXPORT TextWriter {
 public:
  // Throws std::runtime_error if the folder does not contain a complete causal language model,
  // std::invalid_argument for a precision that there is not: "f32", "bf16", "int8".
  explicit TextWriter(const std::filesystem::path& model_folder,
                      const std::string& precision = "f32");
  TextWriter(TextWriter&&) noexcept;
  TextWriter& operator=(TextWriter&&) noexcept;
  ~TextWriter();

  // What the model writes behind each prompt, a line of UTF-8 that may be empty. What is wrong with
  // one is its fault and changes no other.
  std::vector<WritingAnswer> write(std::span<const std::string> prompts,
                                   const WritingOptions& options = {}) const;
  std::vector<ScoredText> score(std::span<const std::string> texts,
                                const TextScoreOptions& options = {}) const;

 private:
  class Model;
  std::unique_ptr<Model> model_;
};

}  // namespace alinea
