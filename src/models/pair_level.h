// What a classifier of pairs makes of a premise and a hypothesis (Rocktäschel et al. 2016, section
// 2): encoders read both, and the hypothesis attends to the premise (models/premise_attention.h),
// or each word is compared with what it sees in the other text (models/pair_comparison.h).
//
//   conditional   recurrent encoders of their own; that of the hypothesis starts from the last
//                 states of the other: of an LSTM from c, with h = 0, else from h
//   separate      one encoder of any kind reads each text by itself
//
// A delimiter, </s>, is read before the hypothesis. h_N is what m is in the bridge of a decoder:
// the last states of a recurrent encoder, or else the mean of the states.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "attention/weights.h"
#include "encoders/encoder.h"
#include "models/classifier_options.h"
#include "models/pair_comparison.h"
#include "models/pair_look.h"
#include "models/premise_attention.h"

namespace alinea {

// The words of a text that is read with another one: <s> premise </s> hypothesis </s>. At most
// `most` of them: the longer text, then the other, loses its last words.
struct JoinedLengths {
  size_t premise, hypothesis;
};
JoinedLengths joined_lengths(JoinedLengths words, std::optional<int64_t> most);
// <s>, and </s> behind either text: what a pair has more than its words.
inline constexpr int64_t kPairMarks = 3;

class PairLevel {
 public:
  // Parameters: encoder.… as of the encoder; conditional: hypothesis.layerL as encoder.layerL of
  // the encoder recurrent; those of PremiseAttention or, compare, of PairComparison.
  PairLevel(ParameterStore& store, const ClassifierOptions& options, int64_t vocabulary);

  // Of the vectors that it puts out.
  int64_t size() const { return (two_way_ ? 2 : 1) * encoder_->state_size(); }

  // How many words of a text are read at most, as a premise or behind the delimiter of a
  // hypothesis; nothing where there is no limit.
  std::optional<int64_t> most_words() const { return encoder_->most_words(); }
  bool is_two_way() const { return two_way_; }

  using Words = std::span<const int32_t>;
  struct Read {
    Variable vectors;  // [N, size()]: h*, two-way those of both directions side by side
    Variable penalty;  // to be added to what is minimised, [1]; or nothing
    // Of each pair, where they are kept: the hypothesis at the premise and, two-way and of compare,
    // the reverse.
    std::vector<PairLook> of_hypotheses = {}, of_premises = {};
  };
  Read operator()(Tape& tape, std::span<const Words> premises, std::span<const Words> hypotheses,
                  bool keep_weights) const;

 private:
  // N texts that an encoder read, perhaps some without words.
  struct Texts {
    SequenceLayout layout;
    Variable states = {};  // [rows, K]; nothing where all are empty
    Variable last = {};    // h_N [N, K], 0 of an empty text
    // What a conditional encoder starts from, for each layer [N, K].
    std::vector<RecurrentState> carried = {};
    Variable ponder = {};
  };
  std::vector<RecurrentState> zero_states(Tape& tape, int64_t count) const;
  Texts read(Tape& tape, const Encoder& encoder, std::span<const Words> texts,
             std::span<const RecurrentState> initial) const;
  struct BothTexts {
    Texts premise, hypothesis;
  };
  // Adds to read.penalty.
  BothTexts read_both(Tape& tape, std::span<const Words> premises,
                      std::span<const Words> hypotheses, Read& read) const;
  Read compare(Tape& tape, std::span<const Words> premises, std::span<const Words> hypotheses,
               bool keep_weights) const;
  // Adds to read.penalty; the weights are kept in `looks` where there is one.
  Variable direction(Tape& tape, std::span<const Words> premises, std::span<const Words> hypotheses,
                     Read& read, std::vector<PairLook>* looks) const;

  bool two_way_, has_cell_;
  int64_t layers_;
  float ponder_cost_;
  std::unique_ptr<Encoder> encoder_, conditional_;
  std::optional<PremiseAttention> attention_;
  std::optional<PairComparison> comparison_;
};

}  // namespace alinea
