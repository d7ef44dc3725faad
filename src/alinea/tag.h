// Taggers of the words of sentences, in memory. Exceptions and threads as in translate.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "alinea/export.h"
#include "alinea/translate.h"

namespace alinea {

// Options of `alinea tag`, with the same defaults.
struct TextTaggerOptions {
  int64_t batch_size = 64;  // sentences
  int64_t threads = 0;      // of a call; 0: as many as OpenMP is given (OMP_NUM_THREADS)
  bool keep_attention = false;
};

struct TextTags {
  std::vector<std::string> tags;  // one for each word
  std::string label;              // the class of the sentence, of a model that has one
  std::vector<float> attention;   // of the words to each other, [words, words], the mean of heads
  AttentionTensor heads;          // the same before the mean is taken, of several heads
  std::string fault;              // why there are no tags; or empty
};

class ALINEA_EXPORT TextTagger {
 public:
  // Throws std::runtime_error if the folder does not contain a complete tagger.
  explicit TextTagger(const std::filesystem::path& model_folder);
  TextTagger(TextTagger&&) noexcept;
  TextTagger& operator=(TextTagger&&) noexcept;
  ~TextTagger();

  // An answer for each sentence, which is a list of words of UTF-8. What is wrong with one is its
  // fault and changes no other.
  std::vector<TextTags> tag(std::span<const std::vector<std::string>> sentences,
                            const TextTaggerOptions& options = {}) const;

  const std::vector<std::string>& tags() const;
  // Whether words look at each other.
  bool has_attention() const;

 private:
  class Model;
  std::unique_ptr<Model> model_;
};

}  // namespace alinea
