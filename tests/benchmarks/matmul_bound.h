// How long the matrix products of a model take by themselves: the time that no implementation of it
// on this machine's sgemm can beat.
//
// Every product is counted once, in the best shape that the equations allow: what does not depend
// on the step before it is one product over all rows of a batch, padding left out; what does is one
// product a step, over the sentences that have not ended. The gradients of weights are products
// over all rows.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <tuple>

#include "models/encoder_decoder.h"
#include "models/model_options.h"
#include "text/batch.h"

namespace alinea {

class MatmulBound {
 public:
  MatmulBound(const ModelOptions& options, const EncoderDecoder::Vocabularies& vocabularies)
      : options_(completed(options)), vocabularies_(vocabularies) {}

  // Counts what an update on the batch multiplies.
  void add_update(const Batch& batch);
  // What reading sources of these lengths multiplies, without a way back, and what one step of the
  // search does, at a position from 1: `rows` hypotheses of sentences of these lengths.
  void add_reading(std::span<const int64_t> lengths);
  void add_search_step(std::span<const int64_t> lengths, int64_t rows, int64_t position);

  double operations() const;  // floating-point, two for each multiplication and addition
  // Times each shape that was counted on the machine's own sgemm; returns the sum for all.
  double seconds() const;

 private:
  void add(int64_t m, int64_t n, int64_t k, int64_t count = 1);
  // x [rows, inputs] W [inputs, outputs] forward, and both of its gradients.
  void add_layer(int64_t rows, int64_t inputs, int64_t outputs);
  // The same for a product a step, of which only the weight's gradient waits for the end.
  void add_steps(const std::vector<int64_t>& active, int64_t inputs, int64_t outputs);
  void add_transformer_layer(std::span<const int64_t> lengths);
  void add_transformer_decoder(const Batch& batch);
  void add_transformer_reading(std::span<const int64_t> lengths);
  void add_transformer_step(std::span<const int64_t> lengths, int64_t rows, int64_t position);
  // Of convolutions the score is dot.
  void add_convolutional_encoder(std::span<const int64_t> lengths);
  void add_convolutional_decoder(const Batch& batch);
  void add_convolutional_reading(std::span<const int64_t> lengths);
  void add_convolutional_step(std::span<const int64_t> lengths, int64_t rows);
  void add_encoder(const Batch& batch);
  void add_decoder(const Batch& batch);
  bool compares_sums() const;
  void add_attention(const Batch& batch, const std::vector<int64_t>& active);

  ModelOptions options_;
  EncoderDecoder::Vocabularies vocabularies_;
  std::map<std::tuple<int64_t, int64_t, int64_t>, int64_t> counts_;  // by m, n, k
};

// The best of several runs of one sgemm, [m, k] by [k, n].
double sgemm_seconds(int64_t m, int64_t n, int64_t k);

}  // namespace alinea
