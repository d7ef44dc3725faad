// The document classifier of Yang et al. (2016), with any encoder of words: words to sentences,
// sentences to the document.
//
//   s_i = word level (w_i1, w_i2, ...),  v = sentence level (s_1, s_2, ...)
//   p = softmax(W_c v + b_c)
//
// Flat: v = word level over all words of the document. An empty sentence has the vector 0, and so
// has a document without sentences.
//
// Of pairs a document has two sentences, a premise p and a hypothesis h: v is what
// models/pair_level.h makes of them, or, joined, v = word level (<s> p </s> h </s>), where each
// word is also told by a feature which text it is of: <s> p </s> is the first.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "layers/linear.h"
#include "models/classifier_options.h"
#include "models/pair_level.h"
#include "models/pooled_level.h"
#include "models/word_level.h"
#include "text/document_corpus.h"

namespace alinea {

// N documents that went through a classifier.
struct Classified {
  Variable logits;        // [N, C]; the way back of cross_entropy writes over them
  Variable penalty = {};  // to be added to what is minimised, [1]; or nothing
  // With attention: the weights of each document's sentences [S, rows], and of each sentence's
  // words [T, rows], sentence by sentence. Flat: weights 1, and the words of the document.
  struct Weights {
    int64_t rows = 1;
    std::vector<float> sentences;
    std::vector<std::vector<float>> words;
  };
  std::vector<Weights> weights = {};  // N, where asked for
  // What the words looked at in the encoder, of each sentence of all documents, or flat of each
  // document, where asked for.
  std::vector<SelfAttentionOf> self_attention = {};
  // Of pairs that are not joined, where asked for: as PairLevel::Read has them.
  std::vector<PairLook> of_hypotheses = {}, of_premises = {};
};

class DocumentClassifier {
 public:
  struct Sizes {
    int64_t vocabulary, classes;
  };
  using Keep = WordLevel::Keep;

  // Parameters: those of WordLevel, where hierarchical sentence as in PooledLevel, or those of
  // PairLevel; and output.
  // Throws UsageError for options that make no classifier. All parameters are 0 at first.
  DocumentClassifier(const ClassifierOptions& options, const Sizes& sizes,
                     ParameterStore::Gradients gradients);

  const ClassifierOptions& options() const { return options_; }
  const Sizes& sizes() const { return sizes_; }
  ParameterStore& parameters() { return store_; }
  const ParameterStore& parameters() const { return store_; }

  Classified operator()(Tape& tape, const DocumentCorpus& corpus,
                        std::span<const int64_t> documents, const Keep& keep = {}) const;

  // What the encoder has no positions for, which is not read.
  struct Unread {
    int64_t words = 0;           // from the ends of
    int64_t texts = 0;           // so many texts
    std::string text;            // which are "sentence", "document", "pair" or "text of a pair"
    int64_t most_positions = 0;  // of a text

    Unread& operator+=(const Unread& other);
  };
  Unread unread(const DocumentCorpus& corpus) const;

  // How many words of a pair are read as one text. Joined pairs only.
  JoinedLengths joined(const JoinedLengths& words) const {
    return joined_lengths(words, words_->most_words());
  }

 private:
  struct Vectors {
    Variable of_documents, penalty;
  };
  Vectors pair_vectors(Tape& tape, const DocumentCorpus& corpus, std::span<const int64_t> documents,
                       const Keep& keep, Classified& result) const;
  Vectors text_vectors(Tape& tape, const DocumentCorpus& corpus, std::span<const int64_t> documents,
                       const Keep& keep, Classified& result) const;
  WordLevel::Read read_joined(Tape& tape, const DocumentCorpus& corpus,
                              std::span<const int64_t> documents, const Keep& keep) const;
  ClassifierOptions options_;
  Sizes sizes_;
  ParameterStore store_;
  std::optional<PairLevel> pairs_;
  std::optional<WordLevel> words_;
  std::optional<PooledLevel> sentences_;
  Linear output_;
};

}  // namespace alinea
