#include "models/language_network.h"

#include <algorithm>

#include "layers/word_dropout.h"
#include "models/target_words.h"
#include "ops/rows.h"
#include "ops/sum.h"
#include "text/vocabulary.h"

namespace alinea {

namespace {

LanguageOptions checked(const LanguageOptions& options) {
  options.check();
  return options;
}

std::unique_ptr<Decoder> make_forward(ParameterStore& store, const LanguageOptions& options,
                                      int64_t vocabulary) {
  if (options.is_masked()) return nullptr;
  return make_decoder(options.is_recurrent() ? "luong" : options.network.encoder, store,
                      decoder_options(options), vocabulary);
}

std::unique_ptr<Decoder> make_backward(ParameterStore& store, const LanguageOptions& options,
                                       int64_t vocabulary) {
  if (options.objective != "bidirectional") return nullptr;
  DecoderOptions backward = decoder_options(options);
  backward.name = "backward";
  backward.embedding = &store.at("decoder.embedding.weight");
  return make_decoder(options.is_recurrent() ? "luong" : options.network.encoder, store, backward,
                      vocabulary);
}

std::unique_ptr<Encoder> make_masked(ParameterStore& store, const LanguageOptions& options,
                                     int64_t vocabulary) {
  if (!options.is_masked()) return nullptr;
  return make_encoder(options.network.encoder, store, encoder_options(options), vocabulary);
}

const Parameter* tied(ParameterStore& store, const LanguageOptions& options) {
  if (!options.tie_embeddings) return nullptr;
  return &store.at(options.is_masked() ? "encoder.embedding.weight" : "decoder.embedding.weight");
}

// For each place of the ids, the row of the layout's packing.
std::vector<int64_t> rows_of(const SequenceLayout& layout, std::span<const int64_t> places) {
  const std::vector<int64_t> place_of = packed_rows(layout);
  std::vector<int64_t> row_of(place_of.size()), rows;
  for (size_t row = 0; row < place_of.size(); ++row)
    row_of[place_of[row]] = static_cast<int64_t>(row);
  for (const int64_t place : places) rows.push_back(row_of[place]);
  return rows;
}

// The sentence of each place of the ids; places ascend.
std::vector<int64_t> sentences_of(std::span<const int64_t> lengths,
                                  std::span<const int64_t> places) {
  std::vector<int64_t> sentences;
  int64_t n = 0, end = lengths[0];
  for (const int64_t place : places) {
    while (place >= end) end += lengths[++n];
    sentences.push_back(n);
  }
  return sentences;
}

}  // namespace

Batch mirrored(const Batch& batch) {
  Batch mirror = batch;
  mirror.previous.clear();
  mirror.target.clear();
  int64_t begin = 0;
  for (const int64_t length : batch.target_lengths) {
    for (int64_t t = length - 1; t >= 0; --t) {
      const int64_t place = begin + t;
      mirror.previous.push_back(batch.target[place]);
      mirror.target.push_back(!batch.previous.empty() ? batch.previous[place]
                              : t > 0                 ? batch.target[place - 1]
                                                      : kBegin);
    }
    begin += length;
  }
  return mirror;
}

LanguageNetwork::LanguageNetwork(const LanguageOptions& options, int64_t vocabulary,
                                 ParameterStore::Gradients gradients)
    : options_(checked(options)),
      decoder_(make_forward(store_, options_, vocabulary)),
      backward_(make_backward(store_, options_, vocabulary)),
      encoder_(make_masked(store_, options_, vocabulary)),
      output_(store_, "output", {vocabulary, options_.readout_size()}, tied(store_, options_)) {
  store_.allocate(gradients);
}

DecoderState LanguageNetwork::start(Tape& tape, const Source& source) const {
  return decoder_->start(tape, std::ssize(source.lengths), nullptr);
}

void LanguageNetwork::add_ponder(Tape& tape, const Variable& ponder, Likelihood& likelihood) const {
  if (!ponder) return;
  const Variable cost =
      ops::scale(tape, ponder, static_cast<float>(options_.network.transformer.ponder_cost));
  likelihood.penalty = ops::add_present(tape, likelihood.penalty, cost);
}

// The loss of one direction, from `rows` on, which it leaves behind the last step.
Variable LanguageNetwork::read(Tape& tape, const Reading& reading, std::vector<Variable>& rows,
                               Likelihood& likelihood) const {
  TargetWords words(reading.batch);
  drop_words(tape, options_.network.word_dropout, words.previous);
  DecoderState state = reading.decoder.start(tape, reading.batch.size, nullptr);
  if (!rows.empty()) state.rows = rows;
  const Unrolled unrolled =
      reading.decoder.unroll(tape,
                             {.words = words.previous,
                              .packing = words.packing,
                              .keep_attention = false,
                              .keep_self_attention = reading.keep_self_attention},
                             std::move(state));
  if (reading.keep_self_attention) likelihood.attention = {unrolled.self_attention};
  rows = unrolled.last;
  Variable readouts = unrolled.readouts;  // [rows, readout_size()]
  if (const std::optional<Dropout> dropout = reading.decoder.readout_dropout())
    readouts = (*dropout)(tape, readouts, words.packing.active());
  add_ponder(tape, unrolled.ponder, likelihood);
  return score_words(tape, output_, readouts, words.scored(), reading.label_smoothing, likelihood);
}

Likelihood LanguageNetwork::likelihood(Tape& tape, const Batch& batch,
                                       const LikelihoodOptions& options) const {
  std::vector<Variable> rows;
  return likelihood(tape, batch, options, rows);
}

Likelihood LanguageNetwork::likelihood(Tape& tape, const Batch& batch,
                                       const LikelihoodOptions& options,
                                       std::vector<Variable>& carried) const {
  Likelihood likelihood = empty_likelihood(batch.size);
  const bool keeps = options.keep_attention && options.attention_of == AttentionOf::kDecoder;
  likelihood.loss =
      read(tape, {*decoder_, batch, options.label_smoothing, keeps}, carried, likelihood);
  if (!backward_) return likelihood;
  std::vector<Variable> rows;
  const Variable backward =
      read(tape, {*backward_, mirrored(batch), options.label_smoothing}, rows, likelihood);
  likelihood.loss = ops::add(tape, likelihood.loss, backward);
  return likelihood;
}

Likelihood LanguageNetwork::likelihood(Tape& tape, const MaskedWords& masked,
                                       float label_smoothing) const {
  const Encoded encoded = (*encoder_)(tape, {masked.ids, masked.lengths});
  const std::vector<int64_t> rows = rows_of(encoded.layout, masked.places),
                             sentences = sentences_of(masked.lengths, masked.places);
  const Variable states = ops::gather_rows(tape, encoded.states, rows);
  Likelihood likelihood = empty_likelihood(std::ssize(masked.lengths));
  add_ponder(tape, encoded.ponder, likelihood);
  likelihood.loss =
      score_words(tape, output_, states, {masked.words, sentences}, label_smoothing, likelihood);
  return likelihood;
}

}  // namespace alinea
