// The network of a language model: a decoder without a source, or an encoder, and an output layer.
//
//   causal:         p(y) = Π_t p(y_t | y_<t),  p(y_t | y_<t) = softmax(W_v · readout_t + b_v)
//   bidirectional:  that, and p'(y) = Π_t p'(y_t | y_>t) by another decoder, which shares the
//                   embedding and the output layer (Peters et al. 2018, section 3.1)
//   masked:         Σ_{t masked} log softmax(W_v · h_t + b_v), h the states of an encoder that sees
//                   <mask>, another word or the word itself at t (Devlin et al. 2019, section 3.1)
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "models/autoregressive_model.h"
#include "models/language_options.h"

namespace alinea {

// N sentences some of whose words are hidden.
struct MaskedWords {
  std::vector<int32_t> ids;      // as they are read, one sentence behind the other
  std::vector<int64_t> lengths;  // N
  std::vector<int64_t> places;   // in ids, of the words to be found
  std::vector<int32_t> words;    // these
};

// The batch read from right to left: what stood before each word is to be said behind it. Before
// the first word of a sentence stands <s>.
Batch mirrored(const Batch& batch);

class LanguageNetwork : public AutoregressiveModel {
 public:
  // Parameters: decoder.* as in LuongDecoder or TransformerDecoder; bidirectional: also backward.*
  // the same but for the embedding; masked: encoder.* as in RecurrentEncoder or TransformerEncoder
  // in their place; and output as in OutputLayer. Throws UsageError for options that do not go
  // together. All parameters are 0 at first.
  LanguageNetwork(const LanguageOptions& options, int64_t vocabulary,
                  ParameterStore::Gradients gradients);

  const LanguageOptions& options() const { return options_; }
  ParameterStore& parameters() { return store_; }
  const ParameterStore& parameters() const { return store_; }
  const OutputLayer& output() const override { return output_; }
  std::optional<std::string> attention_mode() const override { return std::nullopt; }

  // Of causal and bidirectional models, of these over both directions: each sentence then has the
  // tokens of the first before those of the second. The sources of the batch say nothing. Keeps
  // self-attention (AttentionOf::kDecoder), of the first direction.
  Likelihood likelihood(Tape& tape, const Batch& batch,
                        const LikelihoodOptions& options = {}) const override;
  // The same of a causal recurrent model that goes on from `carried`, the rows of the state behind
  // another batch, or from its start where there are none; leaves there those behind this one.
  Likelihood likelihood(Tape& tape, const Batch& batch, const LikelihoodOptions& options,
                        std::vector<Variable>& carried) const;
  // Of masked models: what they say of the words that are hidden.
  Likelihood likelihood(Tape& tape, const MaskedWords& masked, float label_smoothing = 0) const;

  // Of causal models; the source says nothing but how many sentences there are.
  DecoderState start(Tape& tape, const Source& source) const override;
  DecoderStep step(Tape& tape, std::span<const int32_t> words, DecoderState& state,
                   int64_t position) const override {
    return decoder_->step(tape, words, state, position);
  }
  // The rows of the state of `sentences` at the start.
  std::vector<Variable> first_rows(Tape& tape, int64_t sentences) const {
    return decoder_->start(tape, sentences, nullptr).rows;
  }

 private:
  struct Reading {
    const Decoder& decoder;
    const Batch& batch;
    float label_smoothing;
    bool keep_self_attention = false;
  };
  Variable read(Tape& tape, const Reading& reading, std::vector<Variable>& rows,
                Likelihood& likelihood) const;
  void add_ponder(Tape& tape, const Variable& ponder, Likelihood& likelihood) const;

  LanguageOptions options_;
  ParameterStore store_;
  std::unique_ptr<Decoder> decoder_, backward_;
  std::unique_ptr<Encoder> encoder_;  // in the place of both
  OutputLayer output_;
};

}  // namespace alinea
