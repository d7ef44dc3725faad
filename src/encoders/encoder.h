// An encoder: a source in, a state for every position out. One pair of files an encoder;
// encoders.cpp names them.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "attention/weights.h"
#include "encoders/front_end.h"
#include "layers/convolution.h"
#include "layers/dropout.h"
#include "layers/embedding.h"
#include "layers/recurrent.h"
#include "layers/sequence_layout.h"
#include "layers/transformer_layer.h"

namespace alinea {

// N sentences of at least one word, one behind the other, in any order. Or N examples of features,
// each of at least one row.
struct Source {
  std::span<const int32_t> ids;      // [sum of the lengths]; empty where there are no words
  std::span<const int64_t> lengths;  // N
  bool keep_attention = false;       // of encoders that have it
  // What else is known of each word, in the order of ids: [ids, F] of an encoder with F features.
  Variable features = {};
  // Of examples of features, [sum of the lengths, C].
  std::span<const float> rows = {};
  // What a front end made of these, in the place of words' vectors, [sum of the lengths, E].
  Variable vectors = {};
  // What each layer of the encoder recurrent starts from, [N, K]; without, from 0.
  std::span<const RecurrentState> initial = {};
};

struct Encoded {
  Variable states;                   // h_s, [rows, K], as `layout` packs the N sentences
  SequenceLayout layout;             // of the source's positions
  std::vector<RecurrentState> last;  // each layer's last states [N, K], or nothing at all
  // Of the source to itself, [N, heads, S, S]; where it is kept. Of intra-attention the heads are
  // the directions.
  AttentionWeights attention = {};
  // Of an encoder whose positions halt by themselves: Σ of their ponder costs, [1].
  Variable ponder = {};
  // What was read of each position, e_s [rows, K], of an encoder whose readers see it beside h_s.
  Variable vectors = {};
};

// The ids of the source in the order of the layout's rows.
std::vector<int32_t> packed_ids(const Source& source, const SequenceLayout& layout);
// For each row of the layout's packing, the place of its word in the source's ids.
std::vector<int64_t> packed_rows(const SequenceLayout& layout);
// What encoders read of the words that a layout packs: vectors, some of them dropped to that of
// <unk>, with the features of each behind its own, [rows, E + F]. Where there are no words, the
// vectors of the source.
Variable word_vectors(Tape& tape, const std::optional<Embedding>& embedding, const Source& source,
                      const SequenceLayout& layout, double word_dropout);
// Rows of the layout, such as the states, with a row for every cell, [N, S, ...], 0 on padding.
Variable padded_rows(Tape& tape, const Variable& rows, const SequenceLayout& layout);
Variable padded_states(Tape& tape, const Encoded& encoded);
// The mean of each sentence's states, [N, K].
Variable mean_states(Tape& tape, const Encoded& encoded);

class Encoder {
 public:
  Encoder() = default;
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
  virtual ~Encoder() = default;

  // K
  virtual int64_t state_size() const = 0;
  // The longest source that it reads, </s> counted; nothing where there is no limit.
  virtual std::optional<int64_t> most_words() const { return std::nullopt; }
  // How many states a source of that length has.
  virtual int64_t positions(int64_t length) const { return length; }
  virtual Encoded operator()(Tape& tape, const Source& source) const = 0;
};

struct EncoderOptions {
  std::string cell;
  int64_t layers;
  bool bidirectional;
  int64_t embedding_size;
  int64_t hidden_size;  // of a direction
  bool residual, layer_normalization;
  Dropout dropout;
  double word_dropout, weight_drop;
  TransformerOptions transformer;
  ConvolutionOptions convolution = {};
  bool intra_attention = false;
  int64_t window = 0;    // w: words on each side that the encoder window reads
  int64_t features = 0;  // F: of each word, beside its vector
  FrontEndOptions front_end = {};
  int64_t subsampling = 0;  // recurrent: layers that read pairs of states
  // Of the encoder recurrent: what its parameters stand under, and whose vectors of words it reads
  // instead of its own.
  std::string name = "encoder";
  const Parameter* embedding = nullptr;
  // Vectors of words are uniform in [-limit, limit] at first, but for those of a Transformer and of
  // convolutions.
  float embedding_limit = kUsualEmbeddingLimit;
};

// The embedding of an encoder's words; none where it reads features, and the vocabulary is 0.
std::optional<Embedding> word_embedding(ParameterStore& store, int64_t vocabulary,
                                        const EncoderOptions& options);

// The encoder of that name, its parameters under "encoder", behind the front end that the options
// have; without words the vocabulary is 0. Throws UsageError for an unknown name.
std::unique_ptr<Encoder> make_encoder(std::string_view name, ParameterStore& store,
                                      const EncoderOptions& options, int64_t vocabulary);
std::vector<std::string> encoder_names();

}  // namespace alinea
