// Any number of sentences through a tagger, in batches of similar length.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/tagger.h"
#include "support/cancellation.h"

namespace alinea {

struct TaggingOptions {
  int64_t batch_size = 64;  // sentences; long ones make smaller batches
  bool keep_attention = false;
  IsCancelled is_cancelled = {};  // asked before each batch
};

struct Tagging {
  std::vector<int32_t> tags;  // one for each word
  int32_t label =
      kNoLabel;  // the most probable class, the first of equals, of a model that has one
  // log p of the tags and of the class of the corpus, where it has them and the model knows them.
  double tags_log_probability = 0, class_log_probability = 0;
  bool is_number = true;    // false: the model's numbers overflow, and the answers mean nothing
  KeptAttention attention;  // of words to each other, where it is kept and the encoder has it
};

// In the order of the sentences, which are numbers in the corpus. Throws ComputationCancelled.
std::vector<Tagging> tag(const Tagger& model, const TaggedCorpus& corpus,
                         std::span<const int64_t> sentences, const TaggingOptions& options = {});
// All of the corpus.
std::vector<Tagging> tag(const Tagger& model, const TaggedCorpus& corpus,
                         const TaggingOptions& options = {});

}  // namespace alinea
