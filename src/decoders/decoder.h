// A decoder: the words so far and what the encoder made of the source in, a readout for every next
// word out. One pair of files a decoder; decoders.cpp names them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "attention/attention.h"
#include "decoders/decoder_state.h"
#include "encoders/encoder.h"

namespace alinea {

struct DecoderStep {
  Variable readout;            // [R, readout_size()]
  AttentionWeights attention;  // [N, heads, R / N, S]; nothing for a decoder without attention
  // Of each recurrent layer with intra-attention, over the states before, [R, 1, states + 1].
  std::vector<Variable> self_attention = {};
};

struct Unrolled {
  Variable readouts;                        // [rows, readout_size()], packed
  std::vector<AttentionWeights> attention;  // in blocks of steps (block_step)
  // Of the words that were read to themselves, [N, heads, T, T]; where it is kept. Of
  // intra-attention a head is a layer, and the columns are the states before: the initial one and
  // those after all words but the last.
  AttentionWeights self_attention = {};
  Variable ponder = {};  // as Encoded has it
  // The rows of the state behind each sentence's last step, for one that goes on; of decoders that
  // compute all steps at once and carry rows of one size.
  std::vector<Variable> last = {};
};

// Target words of a batch: at each step those of the sentences that have not ended.
struct Targets {
  std::span<int32_t> words;  // y_{t-1}, [rows], packed
  const Packing& packing;
  bool keep_attention = true;
  bool keep_self_attention = false;  // of decoders that have it
  // Where some words depend on the steps before: may replace the words of a step, given the
  // readouts of the step before.
  std::function<void(std::span<int32_t> words, const Variable& readouts)> replace = {};

  // Those of step t, from 0.
  std::span<int32_t> words_at(int64_t t) const {
    return words.subspan(static_cast<size_t>(packing.offsets()[t]),
                         static_cast<size_t>(packing.active()[t]));
  }
};

class Decoder {
 public:
  Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  virtual ~Decoder() = default;

  virtual int64_t readout_size() const = 0;
  // That of readouts before the output layer, in training.
  virtual std::optional<Dropout> readout_dropout() const { return std::nullopt; }
  // The table of word vectors [V, E], for an output layer that shares it; nullptr without one.
  virtual const Parameter* embedding() const = 0;

  // What N sentences start from, one hypothesis each. Without an encoder it is a language model;
  // throws std::logic_error where the decoder cannot do without.
  virtual DecoderState start(Tape& tape, int64_t sentences, const Encoded* encoded) const = 0;

  // One step at target position `position` (from 1), each sentence of the state with the same
  // number of hypotheses: words R = N * width, y_{t-1}. Leaves in `state` what the next step needs.
  virtual DecoderStep step(Tape& tape, std::span<const int32_t> words, DecoderState& state,
                           int64_t position) const = 0;

  // All steps of given targets, one hypothesis a sentence; by default one step after the other.
  virtual Unrolled unroll(Tape& tape, const Targets& targets, DecoderState state) const;

  // Attention to the source where every one of the words sees all words of its target, those behind
  // it too (Garg et al. 2019, section 4.3), in the first `layers` layers. `words` are those that
  // unroll takes, <s> first. Throws std::logic_error of decoders that were not made for it.
  virtual AttentionWeights full_context_attention(Tape& tape, const Targets& words,
                                                  const DecoderState& state, int64_t layers) const;

 protected:
  // Of a decoder that computes all steps at once: the words of each step become those that are
  // drawn after what the step before puts out when it reads the given ones (Mihaylova & Martins
  // 2019, section 3).
  void replace_words(const Targets& targets, const DecoderState& state) const;
};

// Takes step t (from 0), given its words. Leaves in `state` what the next step needs.
using TakeStep = std::function<DecoderStep(Tape& tape, int64_t t, std::span<const int32_t> words,
                                           DecoderState& state)>;
// All steps one after the other; sentences leave the state once they have ended. The result's
// readouts are what the steps gave for readout. Where nothing is learned and no attention is kept,
// its memory does not grow with the product of both lengths.
Unrolled unroll_stepwise(Tape& tape, const Targets& targets, DecoderState state,
                         const TakeStep& take);

// What decoders share. A state of nothing but the lengths of the sources, 0 without an encoder.
DecoderState state_without_rows(int64_t sentences, const Encoded* encoded);
// The encoder's states by sentences, [N, S, K]. Throws std::logic_error without an encoder.
Variable attended_states(Tape& tape, const Encoded* encoded);
// 1 ... count
std::vector<int64_t> target_positions(int64_t count);

struct DecoderOptions {
  std::string cell;
  int64_t layers, embedding_size, hidden_size;
  int64_t state_size;                         // K, the encoder's
  std::optional<AttentionOptions> attention;  // nothing: a decoder without it
  int64_t attention_size;                     // A
  bool input_feeding;
  std::string readout;  // "tanh" or "maxout"
  std::string bridge;   // "bridge", "last" or "zero"
  bool residual, layer_normalization;
  Dropout dropout;
  double weight_drop;
  TransformerOptions transformer;
  ConvolutionOptions convolution = {};
  bool every_layer_attends = true;  // of convolutional ones; otherwise the last one does
  bool scale_gradients = false;     // into the encoder, by the number of attentions
  int64_t context = 1;              // C, words that a feed-forward decoder reads
  int64_t smoothing_window = 0;     // Q, of its states
  bool intra_attention = false;
  bool context_gate = false;             // of recurrent ones
  bool full_context = false;             // of Transformers: has full_context_attention
  const Parameter* embedding = nullptr;  // the encoder's, where it is shared
  std::string name = "decoder";          // that its parameters begin with
};

// The decoder of that name. Throws UsageError for an unknown name.
std::unique_ptr<Decoder> make_decoder(std::string_view name, ParameterStore& store,
                                      const DecoderOptions& options, int64_t vocabulary);
std::vector<std::string> decoder_names();

}  // namespace alinea
