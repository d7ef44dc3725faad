// Every model that the options allow, for tests that go through all of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/encoder_decoder.h"
#include "models/model_options.h"
#include "text/batch.h"

namespace alinea {

struct Variant {
  std::string name;
  ModelOptions options;
};

// Tiny models with odd, different sizes: every cell x score x mode x wiring (with and without input
// feeding, tanh and maxout readout) and `none`; several heads for every score; bridges and layer
// counts vary along. Then intra_variants(), transformer_variants(), window_variants(),
// convolutional_variants(), choice_variants(), copy_variants(), feed_forward_variants() and
// full_context_variants().
std::vector<Variant> all_variants();
// Transformers of every norm x positions, universal or not, with both activations; every score x
// mode in the decoder; and either half beside every cell and wiring.
std::vector<Variant> transformer_variants();
// Intra-attention of every cell in both decoders, and beside Transformers.
std::vector<Variant> intra_variants();

// The encoder window with every decoder: the word alone and neighbours, one layer and two.
std::vector<Variant> window_variants();

// Convolutions in the encoder, the decoder or both, beside everything else: kernels of 1 to 4
// words, layers of one size and of several, every score and mode. Their gradients are not scaled.
std::vector<Variant> convolutional_variants();

// Hard attention, the context gate and the doubly stochastic penalty in both recurrent decoders.
std::vector<Variant> choice_variants();
// Sources of features: stacked frames and halved lengths, with every encoder and decoder.
std::vector<Variant> feature_variants();

// The decoder feed-forward with every encoder, and the encoder bag with every decoder.
std::vector<Variant> feed_forward_variants();

// Every decoder that copies words of the source, with and without a loss of coverage.
std::vector<Variant> copy_variants();

// Transformers with attention in full context, of all positions, universal or not.
std::vector<Variant> full_context_variants();

// The rows of attention to the source at each target position: the heads, of all layers.
int64_t attention_rows(const ModelOptions& options);

// Those of TinyBatch, or its target vocabulary for both sides where all embeddings are tied, or
// words are copied.
EncoderDecoder::Vocabularies tiny_vocabularies(const ModelOptions& options);

// log p of the next word of a single sentence, [R, V], with what is copied of its source; words of
// the source are in the vocabulary.
Tensor next_log_probabilities(const EncoderDecoder& model, Tape& tape, const DecoderStep& step,
                              const Source& source);

// A model over the vocabularies of TinyBatch whose parameters, biases too, are large enough that
// neither its words nor its attention are near uniform.
std::unique_ptr<EncoderDecoder> random_model(const ModelOptions& options, uint64_t seed);

// A batch of four pairs over small vocabularies, with an empty source among them. Models of
// features read as many rows as a source has words, </s> counted.
struct TinyBatch {
  // Open: some of the words are in no vocabulary.
  explicit TinyBatch(bool open = false);
  std::vector<std::vector<int32_t>> sources, targets;
  Batch batch;
  static constexpr int64_t kSourceVocabulary = 11, kTargetVocabulary = 13, kColumns = 3;
};

}  // namespace alinea
