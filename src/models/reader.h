// A reader finds the word of a document that belongs in the blank of a query (Cui et al. 2017,
// section 3; Kadlec et al. 2016):
//
//   h_i = encoder(document), u_j = encoder(query),  M_ij = h_i · u_j
//   α(j) = softmax_i(M_ij),  β(i) = softmax_j(M_ij),  β = mean_i β(i)
//   s = Σ_j β_j α(j),  P(w) = Σ_{i: word i is w} s_i
//
// With "sum" s = α(blank). Document and query have recurrent encoders of their own, with the same
// vectors of words, or share an encoder of another kind. The blank is read as <s>. A word is its
// spelling: words that the vocabulary does not know are answers like others.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "encoders/encoder.h"
#include "models/reader_options.h"

namespace alinea {

// N questions that went through a reader. D and Q are the words of the longest document and query.
struct ReaderStates {
  Variable s;      // [N, D], 0 behind the last word
  Variable alpha;  // [N, Q, D], 0 behind the document's last word
  Variable beta;   // β [N, Q], 0 behind the query's last word; attention-over-attention only
  Variable penalty = {};
};

class Reader {
 public:
  // Parameters: encoder.… as of the encoder; of the encoder recurrent query.layerL as
  // encoder.layerL. Throws UsageError for options that make no reader. All parameters are 0 at
  // first.
  Reader(const ReaderOptions& options, int64_t vocabulary, ParameterStore::Gradients gradients);

  const ReaderOptions& options() const { return options_; }
  ParameterStore& parameters() { return store_; }
  const ParameterStore& parameters() const { return store_; }
  // The longest document and query that it reads whole; nothing where there is no limit.
  std::optional<int64_t> most_words() const { return encoder_->most_words(); }

  // Of questions whose documents have words and are numbered by the model's vocabulary.
  ReaderStates operator()(Tape& tape, const ReadingCorpus& corpus,
                          std::span<const int64_t> questions) const;

  struct Likelihood {
    Variable loss;  // [1], -Σ log P(answer)
    std::span<const float> log_probabilities;
  };
  Likelihood likelihood(Tape& tape, const ReaderStates& states, const ReadingCorpus& corpus,
                        std::span<const int64_t> questions) const;

 private:
  // The states of texts with a row for each cell, [N, W, K], 0 on padding.
  struct Texts {
    Variable states;
    std::vector<int64_t> lengths;
    Variable ponder;
  };
  Texts read(Tape& tape, const Encoder& encoder, std::span<const std::vector<int32_t>> texts) const;

  ReaderOptions options_;
  ParameterStore store_;
  std::unique_ptr<Encoder> encoder_, query_encoder_;
};

}  // namespace alinea
