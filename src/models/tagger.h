// A tag for each word of a sentence, from the states of any encoder, without </s>:
//
//   h_1 ... h_S = encoder([x_1 ; c_1] ... [x_S ; c_S]),  e_t = W_o h_t + b_o
//   p(y_t) = softmax(e_t), or with a CRF p(y_1 ... y_S) as in ops/linear_chain_crf
//
// c_t is what the letters of the word say, where they are read. With a class of the sentence:
//
//   v = pooling(h_1 ... h_S),  p(class) = softmax(W_c v + b_c)
//
// and with the slot gate e_t = W_o (h_t + g_t h_t) + b_o, g_t = v_gᵀ tanh(h_t + W_g v) (Goo et al.
// 2018, equations 8 and 9, intent attention only). A sentence without words has no tags and the
// vector 0.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "encoders/encoder.h"
#include "layers/linear.h"
#include "layers/output_layer.h"
#include "layers/word_letters.h"
#include "models/sequence_pooling.h"
#include "models/tagger_options.h"
#include "ops/linear_chain_crf.h"
#include "text/tagged_corpus.h"

namespace alinea {

// N sentences that went through a tagger.
struct TagStates {
  SequenceLayout layout;            // of the words of the N sentences
  Variable emissions;               // e, [rows, C]; nothing where no sentence has words
  Variable classes;                 // logits of the classes [N, L], where the model has them
  AttentionWeights attention = {};  // of words to each other, of the sentences that have some
  Variable penalty = {};            // what is minimised beside the loss, [1], or nothing
};

// How probable the tags of a corpus are.
struct TagLikelihood {
  Variable loss;  // [1], -Σ log p, label smoothing included; nothing where there is nothing to sum
  // log p of the tags of each sentence, and of its class.
  std::vector<double> tags, classes;
};

class Tagger {
 public:
  struct Sizes {
    int64_t vocabulary, tags;
    int64_t classes = 0;  // joint class
    int64_t letters = 0;  // character features
  };

  // Parameters: those of the encoder; characters as in WordLetters; output as in OutputLayer; crf:
  // crf.transitions [C, C], crf.start and crf.end [C]; joint class: class.attention as in
  // make_pooling and class.output as in OutputLayer; slot gate: gate as in Linear, without a bias,
  // and gate.v [K]. Throws UsageError for options that make no tagger. All parameters are 0 at
  // first.
  Tagger(const TaggerOptions& options, const Sizes& sizes, ParameterStore::Gradients gradients);

  const TaggerOptions& options() const { return options_; }
  const Sizes& sizes() const { return sizes_; }
  ParameterStore& parameters() { return store_; }
  const ParameterStore& parameters() const { return store_; }
  bool has_attention() const { return options_.encoder.has_self_attention(); }
  // The longest sentence that it reads; nothing where there is no limit.
  std::optional<int64_t> most_words() const { return encoder_->most_words(); }

  enum class Keep { kNothing, kAttention };
  TagStates operator()(Tape& tape, const TaggedCorpus& corpus, std::span<const int64_t> sentences,
                       Keep keep = Keep::kNothing) const;

  // Of the tags and classes of the same sentences. A tag or class that the model does not know is
  // taken for the first one.
  TagLikelihood likelihood(Tape& tape, const TagStates& states, const TaggedCorpus& corpus,
                           std::span<const int64_t> sentences, float label_smoothing = 0) const;

  // The most probable tags of each sentence, the first of equals.
  std::vector<std::vector<int32_t>> best_tags(Tape& tape, const TagStates& states) const;

 private:
  struct Crf {
    const Parameter &transitions, &start, &end;
  };
  struct Gate {
    Linear projection;
    const Parameter& v;
  };
  Variable letters_of(Tape& tape, const TaggedCorpus& corpus,
                      std::span<const int64_t> sentences) const;
  ops::ChainScores chain(Tape& tape, const Variable& emissions) const;
  void add_tags(Tape& tape, const TagStates& states, std::span<const int32_t> targets,
                float label_smoothing, TagLikelihood& likelihood) const;
  Variable gated(Tape& tape, const Variable& states, const Variable& pooled,
                 const SequenceLayout& layout) const;

  TaggerOptions options_;
  Sizes sizes_;
  ParameterStore store_;
  std::optional<WordLetters> letters_;
  std::unique_ptr<Encoder> encoder_;
  OutputLayer output_;
  std::optional<Crf> crf_;
  std::unique_ptr<SequencePooling> pooling_;
  std::optional<OutputLayer> class_output_;
  std::optional<Gate> gate_;
};

}  // namespace alinea
