// Answers questions about stories, with an answer out of a vocabulary (Weston et al. 2016), by an
// encoder of sentences (Dehghani et al. 2019, section 3.1):
//
//   v_i = Σ_j f_j ∘ E w_ij       of the words w_ij of fact i, and of the question, the last one
//   h = encoder(v_1, ..., v_S)
//   P(answer) = softmax(W q + b)
//
// q is the state of the question, h_S, of a Transformer; of a recurrent encoder its last states; of
// other encoders, whose states see few neighbours, the mean of the states.
// The masks f_j are learned, one for each place in a sentence (Henaff et al. 2017, equation 1); the
// last one stands for all places beyond.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "encoders/encoder.h"
#include "layers/linear.h"
#include "models/reader_options.h"
#include "text/story_text.h"

namespace alinea {

// N questions that went through a network.
struct StoryStates {
  Variable logits;        // [N, answers]
  Variable penalty = {};  // to be added to what is minimised, [1]; or nothing
  // Of the sentences to each other, where it is kept and there is some.
  AttentionWeights attention = {};
};

class StoryNetwork {
 public:
  struct Sizes {
    int64_t vocabulary, answers;
  };
  // Parameters: encoder.embedding.weight [V, E], encoder.mask.weight [M, E], whose values are 1 at
  // first, encoder.… as of the encoder, output as in Linear, [K, answers]. Throws UsageError for
  // options that make no such network. All parameters are 0 at first.
  StoryNetwork(const ReaderOptions& options, const Sizes& sizes,
               ParameterStore::Gradients gradients);

  const ReaderOptions& options() const { return options_; }
  ParameterStore& parameters() { return store_; }
  const ParameterStore& parameters() const { return store_; }
  // The most sentences, the question counted, whose places the encoder tells apart; nothing where
  // there is no limit.
  std::optional<int64_t> most_sentences() const { return encoder_->most_words(); }

  // Of questions that are numbered by the model's vocabulary.
  StoryStates operator()(Tape& tape, const StoryCorpus& corpus, std::span<const int64_t> questions,
                         bool keep_attention = false) const;

 private:
  Variable summary_of(Tape& tape, const Encoded& encoded) const;

  ReaderOptions options_;
  ParameterStore store_;
  Embedding embedding_;
  Parameter& masks_;
  std::unique_ptr<Encoder> encoder_;
  Linear output_;
};

}  // namespace alinea
