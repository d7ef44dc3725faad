#include "encoders/bag_encoder.h"

#include "ops/rows.h"
#include "ops/sum.h"

namespace alinea {

BagEncoder::BagEncoder(ParameterStore& store, const EncoderOptions& options, int64_t vocabulary)
    : size_(options.embedding_size),
      dropout_(options.dropout),
      word_dropout_(options.word_dropout),
      embedding_(word_embedding(store, vocabulary, options)) {
  if (options.features > 0) features_.emplace(store, "encoder.features", options.features, size_);
}

Encoded BagEncoder::operator()(Tape& tape, const Source& source) const {
  Encoded encoded{{}, SequenceLayout(source.lengths), {}};
  Source words = source;
  words.features = {};
  Variable x = word_vectors(tape, embedding_, words, encoded.layout, word_dropout_);
  if (features_) {
    const Variable known = ops::gather_rows(tape, source.features, packed_rows(encoded.layout));
    x = ops::add(tape, x, (*features_)(tape, known));
  }
  encoded.states = dropout_(tape, x, encoded.layout.packing()->active());  // [rows, E]
  return encoded;
}

}  // namespace alinea
