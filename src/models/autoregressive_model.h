// What the search, scoring and ensembles ask of a network that writes words one after the other,
// whatever it reads: a translation model or a language model.
#pragma once

#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "decoders/decoder.h"
#include "encoders/encoder.h"
#include "layers/output_layer.h"
#include "text/batch.h"

namespace alinea {

// What a model says of a batch whose targets are given.
struct Likelihood {
  Variable loss;                        // the sum over target tokens, [1]
  Variable penalty;                     // to be added to what is minimised, [1]; or nothing
  std::vector<double> log_probability;  // of each sentence of the batch, </s> counted, N
  std::vector<std::vector<float>> token_log_probabilities;  // of it, [N][target length]
  std::vector<AttentionWeights> attention;                  // in blocks of steps (block_step)
  // The step of a word in `attention` is the one that reads it, not the one that writes it.
  bool attention_is_shifted = false;
};

struct LikelihoodOptions {
  float label_smoothing = 0;
  // The probability that the decoder reads the target's word y_{t-1}, not one that it draws from
  // its own p(y_{t-1}) (Bengio et al. 2015); only where the tape drops something.
  float teacher_forcing = 1;
  // Without attention, and where nothing is learned, long pairs take less memory.
  bool keep_attention = true;
  // Of hard attention: whether sentences draw the positions that they look at, half of them, and
  // the other half take the expectation; only where the tape drops something. Else they choose as
  // when they translate.
  bool draw_positions = false;
  // b, nats per word: what rewards are compared with.
  float baseline = 0;
  AttentionOf attention_of = AttentionOf::kCross;
  // Nothing but the attention that is kept is wanted: where nothing is learned, words need no
  // likelihood, which takes longer than all else where there are many.
  bool attention_alone = false;
  // The last layer that attention is wanted of, from 0; all where it is not there. Higher ones are
  // left out where that saves time.
  std::optional<int64_t> last_layer = {};
};

class Copying;

class AutoregressiveModel {
 public:
  AutoregressiveModel() = default;
  AutoregressiveModel(const AutoregressiveModel&) = delete;
  AutoregressiveModel& operator=(const AutoregressiveModel&) = delete;
  virtual ~AutoregressiveModel() = default;

  virtual const OutputLayer& output() const = 0;
  // How many positions attention has of a source of that length: words, </s> counted, or rows of
  // features.
  virtual int64_t source_positions(int64_t length) const { return length; }
  // How it attends to the source; nothing without attention.
  virtual std::optional<std::string> attention_mode() const = 0;

  // Teacher forcing: training and scoring. The batch must outlive the tape.
  virtual Likelihood likelihood(Tape& tape, const Batch& batch,
                                const LikelihoodOptions& options) const = 0;

  // Decoding step by step: what it starts from, and a step as Decoder has it.
  virtual DecoderState start(Tape& tape, const Source& source) const = 0;
  virtual DecoderStep step(Tape& tape, std::span<const int32_t> words, DecoderState& state,
                           int64_t position) const = 0;

  // log p of every word at each position of the sources, <s> being the blank, [Σ S_n, V], by the
  // CTC output layer and what decoding starts from; only of models that have one.
  virtual Tensor ctc_log_probabilities(Tape& /*tape*/, const DecoderState& /*start*/) const {
    throw std::logic_error("a model without a CTC output layer");
  }

  // How words of the source are copied, whose ids are then open; nullptr where they are not.
  virtual const Copying* copying() const { return nullptr; }

  // V
  int64_t vocabulary_size() const { return output().vocabulary(); }
  // readout [R, H] -> log p of every word, [R, V]
  Tensor log_probabilities(Tape& tape, const Variable& readout) const {
    return output().log_probabilities(tape, readout);
  }
};

}  // namespace alinea
