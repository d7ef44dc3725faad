// The translation model: an encoder, a decoder and an output layer.
//
//   p(y_t | y_<t, x) = softmax(W_v · readout_t + b_v)
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "decoders/decoder.h"
#include "encoders/encoder.h"
#include "layers/output_layer.h"
#include "models/model_options.h"
#include "text/batch.h"

namespace alinea {

// What a model says of a batch whose targets are given.
struct Likelihood {
  Variable loss;                        // the sum over target tokens, [1]
  Variable penalty;                     // to be added to what is minimised, [1]; or nothing
  std::vector<double> log_probability;  // of each sentence of the batch, </s> counted, N
  std::vector<std::vector<float>> token_log_probabilities;  // of it, [N][target length]
  std::vector<AttentionWeights> attention;                  // in blocks of steps (block_step)
};

struct LikelihoodOptions {
  float label_smoothing = 0;
  // The probability that the decoder reads the target's word y_{t-1}, not one that it draws from
  // its own p(y_{t-1}) (Bengio et al. 2015); only where the tape drops something.
  float teacher_forcing = 1;
  // Without attention, and where nothing is learned, long pairs take less memory.
  bool keep_attention = true;
  AttentionOf attention_of = AttentionOf::kCross;
};

class EncoderDecoder {
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
  const OutputLayer& output() const { return output_; }
  // The longest source that the encoder reads, </s> counted; nothing where there is no limit.
  std::optional<int64_t> most_source_words() const { return encoder_->most_words(); }

  // Teacher forcing: training and scoring. The batch must outlive the tape.
  Likelihood likelihood(Tape& tape, const Batch& batch,
                        const LikelihoodOptions& options = {}) const;

  // Decoding step by step: what it starts from, and a step as Decoder has it.
  DecoderState start(Tape& tape, const Source& source) const;
  DecoderStep step(Tape& tape, std::span<const int32_t> words, DecoderState& state,
                   int64_t position) const {
    return decoder_->step(tape, words, state, position);
  }
  // readout [R, H] -> log p of every word, [R, V]
  Tensor log_probabilities(Tape& tape, const Variable& readout) const {
    return output_.log_probabilities(tape, readout);
  }

 private:
  Variable ponder_cost(Tape& tape, const Variable& encoder, const Variable& decoder) const;
  struct TargetWords;
  struct Scoring;
  Variable score(Tape& tape, const Variable& readouts, const Scoring& scoring) const;
  Variable score_rows(Tape& tape, const Variable& readouts, int64_t first,
                      const Scoring& scoring) const;
  std::function<void(std::span<int32_t>, const Variable&)> sampling(Tape& tape,
                                                                    float teacher_forcing) const;

  ModelOptions options_;
  Vocabularies vocabularies_;
  ParameterStore store_;
  std::unique_ptr<Encoder> encoder_;
  std::unique_ptr<Decoder> decoder_;
  OutputLayer output_;
};

}  // namespace alinea
