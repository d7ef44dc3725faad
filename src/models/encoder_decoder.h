// The translation model: an encoder, a decoder and an output layer.
//
//   p(y_t | y_<t, x) = softmax(W_v · readout_t + b_v)
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "layers/linear.h"
#include "models/attention_costs.h"
#include "models/autoregressive_model.h"
#include "models/copying.h"
#include "models/model_options.h"

namespace alinea {

class EncoderDecoder : public AutoregressiveModel {
 public:
  struct Vocabularies {
    int64_t source, target;
  };
  // What makes the parts, given the store for their parameters; K is the size of the encoder's
  // states.
  struct Parts {
    std::function<std::unique_ptr<Encoder>(ParameterStore& store)> encoder;
    std::function<std::unique_ptr<Decoder>(ParameterStore& store, int64_t state_size)> decoder;
  };

  // The encoder and the decoder that the options name. Throws UsageError for options that do not go
  // together. All parameters are 0 at first.
  EncoderDecoder(const ModelOptions& options, const Vocabularies& vocabularies,
                 ParameterStore::Gradients gradients);
  // Of other parts.
  EncoderDecoder(const ModelOptions& options, const Vocabularies& vocabularies,
                 ParameterStore::Gradients gradients, const Parts& parts);

  const ModelOptions& options() const { return options_; }
  const Vocabularies& vocabularies() const { return vocabularies_; }
  ParameterStore& parameters() { return store_; }
  const ParameterStore& parameters() const { return store_; }
  // The longest source that the encoder reads, </s> counted, or the most positions that a front end
  // may make of it; nothing where there is no limit.
  std::optional<int64_t> most_source_words() const { return encoder_->most_words(); }
  int64_t source_positions(int64_t length) const override { return encoder_->positions(length); }

  // How hard attention chooses when it translates and scores; the largest weight at first.
  void choose_by(const ops::PositionChoice& choice) { choice_ = choice; }

  const OutputLayer& output() const override { return output_; }
  std::optional<std::string> attention_mode() const override;
  const Copying* copying() const override { return copying_ ? &*copying_ : nullptr; }
  Likelihood likelihood(Tape& tape, const Batch& batch,
                        const LikelihoodOptions& options = {}) const override;
  // The states of the encoder.
  Encoded encode(Tape& tape, const Source& source) const;
  DecoderState start(Tape& tape, const Source& source) const override;
  Tensor ctc_log_probabilities(Tape& tape, const DecoderState& start) const override;
  DecoderStep step(Tape& tape, std::span<const int32_t> words, DecoderState& state,
                   int64_t position) const override {
    return decoder_->step(tape, words, state, position);
  }

 private:
  std::vector<ops::PositionChoice> choices(const Source& source) const;
  AttentionCosts attention_costs_of(const Tape& tape, const LikelihoodOptions& options) const;
  Variable ctc_penalty(Tape& tape, const Encoded& encoded, const Batch& batch,
                       const Variable& loss) const;
  Variable ponder_cost(Tape& tape, const Variable& encoder, const Variable& decoder) const;
  Variable coverage_loss(Tape& tape, std::span<const AttentionWeights> attention,
                         const Packing& packing) const;
  AttentionWeights full_context_attention(Tape& tape, const Targets& given,
                                          const DecoderState& state,
                                          const LikelihoodOptions& options) const;
  std::vector<int32_t> known(std::span<const int32_t> ids) const;
  std::function<void(std::span<int32_t>, const Variable&)> sampling(Tape& tape,
                                                                    float teacher_forcing) const;

  ModelOptions options_;
  Vocabularies vocabularies_;
  ParameterStore store_;
  std::unique_ptr<Encoder> encoder_;
  std::unique_ptr<Decoder> decoder_;
  OutputLayer output_;
  std::optional<Copying> copying_;
  ops::PositionChoice choice_{ops::PositionChoice::Kind::kLargest};
  std::optional<Linear> ctc_;  // of the encoder's states
};

}  // namespace alinea
