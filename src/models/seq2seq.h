// The translation model: encoder, bridge, decoder and output layer.
//
//   p(y_t | y_<t, x) = softmax(W_v · readout_t + b_v)
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "layers/embedding.h"
#include "models/bridge.h"
#include "models/decoder.h"
#include "models/encoder.h"
#include "models/model_options.h"
#include "ops/cross_entropy.h"
#include "text/batch.h"

namespace alinea {

// A batch whose targets were given.
struct Forced {
  Variable loss;                        // the sum over target tokens, [1]
  std::vector<double> log_probability;  // of each sentence of the batch, </s> counted, N
  std::vector<std::vector<float>> token_log_probabilities;  // of it, [N][target length]
  std::vector<Attended> attended;  // one a step, or a single one that holds all steps
};

struct ForceOptions {
  float label_smoothing = 0;
  // The probability that the decoder reads the target's word y_{t-1}, not one that it draws from
  // its own p(y_{t-1}) (Bengio et al. 2015); only where the tape drops something.
  float teacher_forcing = 1;
};

// A batch about to be decoded.
struct Encoding {
  Memory memory;
  DecoderState state;  // N rows
};

class Seq2Seq {
 public:
  struct Vocabularies {
    int64_t source, target;
  };
  // Throws UsageError for options that do not go together. All parameters are 0 at first.
  Seq2Seq(const ModelOptions& options, const Vocabularies& vocabularies,
          ParameterStore::Gradients gradients);

  const ModelOptions& options() const { return options_; }
  const Vocabularies& vocabularies() const { return vocabularies_; }
  ParameterStore& parameters() { return store_; }
  const ParameterStore& parameters() const { return store_; }
  const Parameter& output_weight() const { return output_weight_; }  // [V, H], a row a word
  const Parameter& output_bias() const { return output_bias_; }      // [V]

  // Forced decoding: training and scoring. The batch must outlive the tape.
  Forced force(Tape& tape, const Batch& batch, const ForceOptions& options = {}) const;

  // Free decoding, step by step: the lengths must outlive the memory.
  Encoding encode(Tape& tape, const Sources& sources) const;
  // tokens R = N * width: the last words, grouped by sentence.
  DecoderStep step(Tape& tape, std::span<const int32_t> tokens, const DecoderState& state,
                   const Memory& memory, int64_t position) const;
  // readout [R, H] -> log p of every word, [R, V]
  Tensor log_probabilities(Tape& tape, const Variable& readout) const;

 private:
  struct TargetWords;
  Targets targets(Tape& tape, TargetWords& words, float teacher_forcing) const;
  Variable logits(Tape& tape, const Variable& readouts) const;

  ModelOptions options_;
  Vocabularies vocabularies_;
  ParameterStore store_;
  Encoder encoder_;
  Bridge bridge_;
  Embedding target_embedding_;
  std::unique_ptr<Decoder> decoder_;
  const Parameter& output_weight_;
  const Parameter& output_bias_;
};

// The weights that target word t (from 0) of sentence n gave to the source words, [S], and the
// window and centre of a local mode.
struct Looked {
  std::span<const float> weights;
  ops::Window window;
  float centre;  // p_t, from 1; 0 in global mode
};
Looked looked(std::span<const Attended> attended, int64_t n, int64_t t);

}  // namespace alinea
