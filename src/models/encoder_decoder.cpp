#include "models/encoder_decoder.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "layers/word_dropout.h"
#include "models/attention_costs.h"
#include "models/scheduled_sampling.h"
#include "models/target_words.h"
#include "ops/connectionist_temporal.h"
#include "ops/copy.h"
#include "ops/cross_entropy.h"
#include "ops/rows.h"
#include "ops/sum.h"
#include "support/error.h"
#include "text/vocabulary.h"

namespace alinea {

namespace {

EncoderDecoder::Parts parts_of(const ModelOptions& options,
                               const EncoderDecoder::Vocabularies& vocabularies) {
  return {[=](ParameterStore& store) {
            return make_encoder(options.encoder, store, encoder_options(options),
                                vocabularies.source);
          },
          [=](ParameterStore& store, int64_t state_size) {
            DecoderOptions decoder = decoder_options(options, state_size);
            if (options.ties_all()) decoder.embedding = &store.at("encoder.embedding.weight");
            return make_decoder(options.decoder, store, decoder, vocabularies.target);
          }};
}

// The encoder's states, sentences one behind the other.
Variable in_order(Tape& tape, const Encoded& encoded) {
  const SequenceLayout& layout = encoded.layout;
  std::vector<int64_t> rows;
  for (int64_t n = 0; n < layout.size(); ++n)
    for (int64_t s = 0; s < layout.lengths()[static_cast<size_t>(n)]; ++s)
      rows.push_back(layout.row(n, s));
  return ops::gather_rows(tape, encoded.states, rows);
}

}  // namespace

EncoderDecoder::EncoderDecoder(const ModelOptions& options, const Vocabularies& vocabularies,
                               ParameterStore::Gradients gradients)
    : EncoderDecoder(options, vocabularies, gradients, parts_of(completed(options), vocabularies)) {
}

EncoderDecoder::EncoderDecoder(const ModelOptions& options, const Vocabularies& vocabularies,
                               ParameterStore::Gradients gradients, const Parts& parts)
    : options_(completed(options)),
      vocabularies_(vocabularies),
      encoder_(parts.encoder(store_)),
      decoder_(parts.decoder(store_, encoder_->state_size())),
      output_(store_, "output", {vocabularies.target, decoder_->readout_size()},
              options_.ties_output() ? decoder_->embedding() : nullptr) {
  if (options_.ctc_weight > 0)
    ctc_.emplace(store_, "ctc", encoder_->state_size(), vocabularies.target);
  if (options_.ties_all() && vocabularies.source != vocabularies.target)
    throw UsageError(
        "tie-embeddings all requires one vocabulary, but the source has {} words and the target "
        "{}: give both the same",
        vocabularies.source, vocabularies.target);
  if (options_.copy && vocabularies.source != vocabularies.target)
    throw UsageError(
        "copy requires one vocabulary, but the source has {} words and the target {}: give both "
        "the same",
        vocabularies.source, vocabularies.target);
  if (options_.copy) copying_.emplace(store_, decoder_->readout_size());
  store_.allocate(gradients);
}

// Ids as the parts read them.
std::vector<int32_t> EncoderDecoder::known(std::span<const int32_t> ids) const {
  return closed(ids, copying_ ? vocabularies_.target : std::numeric_limits<int32_t>::max());
}

std::optional<std::string> EncoderDecoder::attention_mode() const {
  if (!options_.has_attention()) return std::nullopt;
  return options_.attention_mode;
}

Encoded EncoderDecoder::encode(Tape& tape, const Source& source) const {
  const std::vector<int32_t> ids = known(source.ids);
  Source read = source;
  read.ids = ids;
  return (*encoder_)(tape, read);
}

DecoderState EncoderDecoder::start(Tape& tape, const Source& source) const {
  const Encoded encoded = encode(tape, source);
  DecoderState state = decoder_->start(tape, std::ssize(source.lengths), &encoded);
  state.choices = choices(source);
  if (ctc_) state.encoded = in_order(tape, encoded);
  return state;
}

// Of each sentence, as it is translated; what is drawn depends on its words, or its rows of
// features, and the seed alone.
std::vector<ops::PositionChoice> EncoderDecoder::choices(const Source& source) const {
  if (!options_.has_hard_attention()) return {};
  std::vector<ops::PositionChoice> choices(source.lengths.size(), choice_);
  auto word = source.ids.begin();
  auto number = source.rows.begin();
  const int64_t columns = options_.has_features() ? options_.front_end.columns : 0;
  for (size_t n = 0; n < choices.size(); ++n) {
    const auto add = [&](uint64_t value) { choices[n].seed = mix(choices[n].seed + value + 1); };
    for (int64_t s = 0; columns == 0 && s < source.lengths[n]; ++s)
      add(static_cast<uint64_t>(*word++));
    for (int64_t i = 0; i < source.lengths[n] * columns; ++i)
      add(std::bit_cast<uint32_t>(*number++));
  }
  return choices;
}

// What is added to the loss where something is learned.
AttentionCosts EncoderDecoder::attention_costs_of(const Tape& tape,
                                                  const LikelihoodOptions& options) const {
  if (!tape.recording()) return {};
  const bool is_hard = options_.has_hard_attention();
  return {.hard = is_hard,
          .drawn = is_hard && options.draw_positions && tape.dropout() != nullptr,
          .entropy = static_cast<float>(options_.attention_entropy),
          .doubly_stochastic = static_cast<float>(options_.doubly_stochastic),
          .baseline = options.baseline};
}

// What gives the decoder words of its own to read; nothing where it reads the target's alone.
std::function<void(std::span<int32_t>, const Variable&)> EncoderDecoder::sampling(
    Tape& tape, float teacher_forcing) const {
  if (teacher_forcing >= 1 || tape.dropout() == nullptr) return {};
  const auto sampler = std::make_shared<ScheduledSampling>(teacher_forcing, *tape.dropout());
  return [this, sampler](std::span<int32_t> words, const Variable& readouts) {
    sampler->replace(words, [&](Arena& arena, std::span<const int64_t> rows) {
      Tape without(arena, Tape::Mode::kInference);
      const Variable all = without.constant({readouts.value(), readouts.shape()});
      return log_probabilities(without, ops::gather_rows(without, all, rows));
    });
  };
}

Tensor EncoderDecoder::ctc_log_probabilities(Tape& tape, const DecoderState& start) const {
  const Variable logits = (*ctc_)(tape, start.encoded);
  const Tensor tensor{logits.value(), logits.shape()};
  ops::log_softmax(tensor);
  return tensor;
}

// The cost of the steps that positions took, on both sides.
Variable EncoderDecoder::ponder_cost(Tape& tape, const Variable& encoder,
                                     const Variable& decoder) const {
  const Variable sum = ops::add_present(tape, encoder, decoder);
  return sum ? ops::scale(tape, sum, static_cast<float>(options_.transformer.ponder_cost)) : sum;
}

// What makes of the loss (1 - λ) loss + λ loss_CTC (Kim, Hori & Watanabe 2017, equation 13), where
// the encoder's states say the target's words without </s>, and <s> is the blank.
Variable EncoderDecoder::ctc_penalty(Tape& tape, const Encoded& encoded, const Batch& batch,
                                     const Variable& loss) const {
  if (!ctc_ || !tape.recording()) return {};
  std::vector<int64_t> lengths;
  std::vector<int32_t> labels;
  auto word = batch.target.begin();
  for (const int64_t length : batch.target_lengths) {
    labels.insert(labels.end(), word, word + length - 1);
    lengths.push_back(length - 1);
    word += length;
  }
  labels = known(labels);
  const Variable logits = (*ctc_)(tape, in_order(tape, encoded));
  const Variable ctc =
      ops::ctc_loss(tape, logits, {encoded.layout.lengths(), labels, lengths, kBegin});
  const auto share = static_cast<float>(options_.ctc_weight);
  return ops::add(tape, ops::scale(tape, ctc, share), ops::scale(tape, loss, -share));
}

// What attention looks at again, of all target words together.
Variable EncoderDecoder::coverage_loss(Tape& tape, std::span<const AttentionWeights> attention,
                                       const Packing& packing) const {
  if (options_.coverage_loss == 0) return {};
  const Variable alpha = packed_weights(tape, attention, packing);
  return ops::scale(tape, ops::coverage_loss(tape, alpha, packing.offsets(), packing.active()),
                    static_cast<float>(options_.coverage_loss));
}

// Of the layers that are wanted.
AttentionWeights EncoderDecoder::full_context_attention(Tape& tape, const Targets& given,
                                                        const DecoderState& state,
                                                        const LikelihoodOptions& options) const {
  const int64_t all = options_.attention_layers();
  const int64_t layers = options.last_layer ? std::min(*options.last_layer + 1, all) : all;
  return decoder_->full_context_attention(tape, given, state, layers);
}

Likelihood EncoderDecoder::likelihood(Tape& tape, const Batch& batch,
                                      const LikelihoodOptions& options) const {
  const auto keeps = [&](AttentionOf of) {
    return options.keep_attention && options.attention_of == of;
  };
  AttentionCosts costs = attention_costs_of(tape, options);
  const std::vector<int32_t> ids = known(batch.source);
  const Source source{.ids = ids,
                      .lengths = batch.source_lengths,
                      .keep_attention = keeps(AttentionOf::kEncoder),
                      .rows = batch.features};
  const Encoded encoded = (*encoder_)(tape, source);
  costs.positions = encoded.layout.lengths();
  DecoderState state = decoder_->start(tape, batch.size, &encoded);
  state.choices =
      costs.drawn
          ? drawn_choices(*tape.dropout(), batch.size)
          : choices({.ids = batch.source, .lengths = batch.source_lengths, .rows = batch.features});
  TargetWords words(batch);
  words.previous = known(words.previous);
  drop_words(tape, options_.word_dropout, words.previous);
  const bool looks_back = options_.coverage_loss > 0 && tape.recording();
  const bool needs_attention = copying_ || looks_back || costs.any();
  const bool in_full_context = options_.full_context && keeps(AttentionOf::kCross);
  const bool keeps_steps = keeps(AttentionOf::kCross) && !in_full_context;
  const bool is_attention_alone = options.attention_alone && !tape.recording();
  Likelihood likelihood = empty_likelihood(batch.size);
  likelihood.attention_is_shifted = in_full_context;
  // Before words are replaced: links are those of the given ones.
  if (in_full_context) {
    likelihood.attention = {full_context_attention(
        tape, {.words = words.previous, .packing = words.packing}, state, options)};
    if (is_attention_alone) return likelihood;
  }
  const Unrolled unrolled = decoder_->unroll(tape,
                                             {.words = words.previous,
                                              .packing = words.packing,
                                              .keep_attention = keeps_steps || needs_attention,
                                              .keep_self_attention = keeps(AttentionOf::kDecoder),
                                              .replace = sampling(tape, options.teacher_forcing)},
                                             std::move(state));
  if (keeps_steps) likelihood.attention = unrolled.attention;
  if (keeps(AttentionOf::kEncoder)) likelihood.attention = {encoded.attention};
  if (keeps(AttentionOf::kDecoder)) likelihood.attention = {unrolled.self_attention};
  if (is_attention_alone) return likelihood;
  Variable readouts = unrolled.readouts;  // [rows, readout_size()]
  if (const std::optional<Dropout> dropout = decoder_->readout_dropout())
    readouts = (*dropout)(tape, readouts, words.packing.active());
  std::optional<CopyRows> copies;
  if (copying_) copies = copying_->rows(tape, readouts, unrolled.attention, words, batch);
  likelihood.loss = score_words(tape, output_, readouts, words.scored(), options.label_smoothing,
                                likelihood, copies ? &*copies : nullptr);
  likelihood.penalty =
      ops::add_present(tape, ponder_cost(tape, encoded.ponder, unrolled.ponder),
                       attention_costs(tape, unrolled.attention, batch, likelihood, costs));
  likelihood.penalty = ops::add_present(tape, likelihood.penalty,
                                        ctc_penalty(tape, encoded, batch, likelihood.loss));
  if (looks_back)
    likelihood.penalty = ops::add_present(tape, likelihood.penalty,
                                          coverage_loss(tape, unrolled.attention, words.packing));
  return likelihood;
}

}  // namespace alinea
