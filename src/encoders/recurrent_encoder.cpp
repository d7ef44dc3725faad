#include "encoders/recurrent_encoder.h"

#include <fmt/format.h>

#include <algorithm>

#include "ops/rows.h"
#include "ops/sum.h"

namespace alinea {

namespace {

// The rows of x, which are in the order of the layout's packing, in the order of the sentences.
Variable in_order(Tape& tape, const Variable& x, const SequenceLayout& layout) {
  if (!x || std::ranges::is_sorted(layout.places())) return x;
  return ops::gather_rows(tape, x, layout.places());
}

// Two neighbouring states as one, [h_{2s} ; h_{2s+1}], the last one with zeros where it is alone
// (Chan et al. 2016, "Listen, Attend and Spell", equation 5). The layout becomes that of the pairs.
Variable paired(Tape& tape, const Variable& x, SequenceLayout& layout) {
  std::vector<int64_t> halves;
  for (const int64_t length : layout.lengths()) halves.push_back((length + 1) / 2);
  SequenceLayout pairs(halves);
  std::vector<int64_t> first(static_cast<size_t>(pairs.packing()->rows())), second(first.size());
  for (int64_t n = 0; n < pairs.size(); ++n)
    for (int64_t s = 0; s < halves[static_cast<size_t>(n)]; ++s) {
      const auto row = static_cast<size_t>(pairs.row(n, s));
      first[row] = layout.row(n, 2 * s);
      second[row] = 2 * s + 1 < layout.lengths()[n] ? layout.row(n, 2 * s + 1) : ops::kNoRow;
    }
  layout = std::move(pairs);
  return ops::concatenate(tape,
                          {ops::gather_rows(tape, x, first), ops::gather_rows(tape, x, second)});
}

// The reverse: what is in the order of the sentences, in that of the packing.
Variable in_packing(Tape& tape, const Variable& x, const SequenceLayout& layout) {
  if (!x || std::ranges::is_sorted(layout.places())) return x;
  std::vector<int64_t> sentences(layout.places().size());
  for (int64_t n = 0; n < layout.size(); ++n) sentences[layout.places()[n]] = n;
  return ops::gather_rows(tape, x, sentences);
}

// The weights of a layer's intra-attention [N, D, S, S], in the order of the sentences.
AttentionWeights layer_attention(Tape& tape, const Variable& alpha, const SequenceLayout& layout) {
  const Shape& shape = alpha.shape();
  const Variable rows = alpha.reshaped({shape[0], alpha.elements() / shape[0]});
  return past_attention(tape, in_order(tape, rows, layout).reshaped(shape), layout.lengths());
}

}  // namespace

RecurrentEncoder::RecurrentEncoder(ParameterStore& store, const EncoderOptions& options,
                                   int64_t vocabulary)
    : state_size_((options.bidirectional ? 2 : 1) * options.hidden_size),
      dropout_(options.dropout),
      word_dropout_(options.word_dropout),
      residual_(options.residual),
      subsampling_(options.subsampling),
      embedding_(word_embedding(store, vocabulary, options)) {
  const Cell cell = cell_from_name(options.cell);
  const int64_t word = options.embedding_size + options.features;
  for (int64_t l = 0; l < options.layers; ++l) {
    const std::string name = fmt::format("{}.layer{}", options.name, l);
    layers_.emplace_back(store, name,
                         Recurrent::Options{.cell = cell,
                                            .inputs = l == 0 ? word : inputs_above(l),
                                            .hidden = options.hidden_size,
                                            .weight_drop = static_cast<float>(options.weight_drop),
                                            .intra_attention = options.intra_attention},
                         options.bidirectional ? Directions::kBoth : Directions::kForward);
    if (options.layer_normalization) norms_.emplace_back(store, name + ".norm", state_size_);
  }
}

int64_t RecurrentEncoder::positions(int64_t length) const {
  for (int64_t i = 0; i < subsampling_; ++i) length = (length + 1) / 2;
  return length;
}

Encoded RecurrentEncoder::operator()(Tape& tape, const Source& source) const {
  Encoded encoded{{}, SequenceLayout(source.lengths), {}};
  std::vector<AttentionWeights> weights;
  Variable x = word_vectors(tape, embedding_, source, encoded.layout, word_dropout_);
  std::vector<int64_t> reversed = encoded.layout.packing()->reversed();
  for (size_t l = 0; l < layers_.size(); ++l) {
    if (halves_before(static_cast<int64_t>(l))) {
      x = paired(tape, x, encoded.layout);
      reversed = encoded.layout.packing()->reversed();
    }
    const Packing& packing = *encoded.layout.packing();
    Variable alpha;
    RecurrentState initial;
    if (!source.initial.empty())
      initial = {in_packing(tape, source.initial[l].h, encoded.layout),
                 in_packing(tape, source.initial[l].c, encoded.layout)};
    const RecurrentResult result =
        layers_[l](tape, dropout_(tape, x, packing.active()), packing, reversed,
                   source.keep_attention ? &alpha : nullptr, initial);
    if (alpha) weights.push_back(layer_attention(tape, alpha, encoded.layout));
    const Variable output = norms_.empty() ? result.output : norms_[l](tape, result.output);
    x = residual_ && l > 0 && !halves_before(static_cast<int64_t>(l)) ? ops::add(tape, output, x)
                                                                      : output;  // [rows, K]
    encoded.last.push_back({in_order(tape, result.last.h, encoded.layout),
                            in_order(tape, result.last.c, encoded.layout)});
  }
  encoded.attention = joined(tape, weights, std::ssize(weights));
  encoded.states = x;
  return encoded;
}

}  // namespace alinea
