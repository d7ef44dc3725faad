#include "models/encoder_decoder.h"

#include <algorithm>

#include "layers/word_dropout.h"
#include "models/scheduled_sampling.h"
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

}  // namespace

// The words of a batch's targets, packed.
struct EncoderDecoder::TargetWords {
  explicit TargetWords(const Batch& batch) : packing(batch.target_lengths) {
    const auto rows = static_cast<size_t>(packing.rows());
    previous.resize(rows);
    next.resize(rows);
    sentences.resize(rows);
    size_t place = 0;
    for (int64_t n = 0; n < batch.size; ++n) {
      int32_t last = kBegin;
      for (int64_t t = 0; t < batch.target_lengths[n]; ++t) {
        const auto row = static_cast<size_t>(packing.row(n, t));
        previous[row] = last;
        next[row] = last = batch.target[place++];
        sentences[row] = n;
      }
    }
  }

  Packing packing;
  std::vector<int32_t> previous;   // y_{t-1}
  std::vector<int32_t> next;       // y_t
  std::vector<int64_t> sentences;  // n
};

struct EncoderDecoder::Scoring {
  const TargetWords& words;
  float label_smoothing;
  Likelihood& likelihood;
};

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
  if (options_.ties_all() && vocabularies.source != vocabularies.target)
    throw UsageError(
        "tie-embeddings all requires one vocabulary, but the source has {} words and the target "
        "{}: give both the same",
        vocabularies.source, vocabularies.target);
  store_.allocate(gradients);
}

DecoderState EncoderDecoder::start(Tape& tape, const Source& source) const {
  const Encoded encoded = (*encoder_)(tape, source);
  return decoder_->start(tape, std::ssize(source.lengths), &encoded);
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

// The cost of the steps that positions took, on both sides.
Variable EncoderDecoder::ponder_cost(Tape& tape, const Variable& encoder,
                                     const Variable& decoder) const {
  if (!encoder && !decoder) return {};
  const Variable sum =
      encoder && decoder ? ops::add(tape, encoder, decoder) : (encoder ? encoder : decoder);
  return ops::scale(tape, sum, static_cast<float>(options_.transformer.ponder_cost));
}

Likelihood EncoderDecoder::likelihood(Tape& tape, const Batch& batch,
                                      const LikelihoodOptions& options) const {
  const auto keeps = [&](AttentionOf of) {
    return options.keep_attention && options.attention_of == of;
  };
  const Encoded encoded =
      (*encoder_)(tape, {batch.source, batch.source_lengths, keeps(AttentionOf::kEncoder)});
  DecoderState state = decoder_->start(tape, batch.size, &encoded);
  TargetWords words(batch);
  drop_words(tape, options_.word_dropout, words.previous);
  Unrolled unrolled = decoder_->unroll(tape,
                                       {.words = words.previous,
                                        .packing = words.packing,
                                        .keep_attention = keeps(AttentionOf::kCross),
                                        .keep_self_attention = keeps(AttentionOf::kDecoder),
                                        .replace = sampling(tape, options.teacher_forcing)},
                                       std::move(state));
  Variable readouts = unrolled.readouts;  // [rows, readout_size()]
  if (const std::optional<Dropout> dropout = decoder_->readout_dropout())
    readouts = (*dropout)(tape, readouts, words.packing.active());
  const auto size = static_cast<size_t>(batch.size);
  Likelihood likelihood{{},
                        ponder_cost(tape, encoded.ponder, unrolled.ponder),
                        std::vector<double>(size, 0.0),
                        std::vector<std::vector<float>>(size),
                        std::move(unrolled.attention)};
  if (keeps(AttentionOf::kEncoder)) likelihood.attention = {encoded.attention};
  if (keeps(AttentionOf::kDecoder)) likelihood.attention = {unrolled.self_attention};
  likelihood.loss = score(tape, readouts, {words, options.label_smoothing, likelihood});
  return likelihood;
}

// The loss of the packed rows from `first` on. Adds log p of each to its sentence.
Variable EncoderDecoder::score_rows(Tape& tape, const Variable& readouts, int64_t first,
                                    const Scoring& scoring) const {
  const auto begin = static_cast<size_t>(first), count = static_cast<size_t>(readouts.rows());
  const std::span<const int32_t> next = std::span(scoring.words.next).subspan(begin, count);
  const ops::CrossEntropy entropy =
      ops::cross_entropy(tape, output_.logits(tape, readouts), next, scoring.label_smoothing);
  Likelihood& likelihood = scoring.likelihood;
  for (size_t row = 0; row < count; ++row) {  // of each sentence in their order
    const int64_t n = scoring.words.sentences[begin + row];
    const float log_probability = entropy.log_probabilities[row];
    likelihood.log_probability[n] += static_cast<double>(log_probability);
    likelihood.token_log_probabilities[n].push_back(log_probability);
  }
  return entropy.loss;
}

// Where nothing is learned, only so many logits are in memory at a time.
Variable EncoderDecoder::score(Tape& tape, const Variable& readouts, const Scoring& scoring) const {
  constexpr int64_t kMostLogits = int64_t{1} << 25;
  const int64_t rows = readouts.rows();
  const int64_t some = std::max<int64_t>(kMostLogits / vocabularies_.target, 1);
  if (tape.recording() || rows <= some) return score_rows(tape, readouts, 0, scoring);
  const Variable loss = tape.zeros({1});
  for (int64_t begin = 0; begin < rows; begin += some) {
    const Arena::Temporary temporary(tape.arena());
    const Variable part = tape.slice(readouts, begin, std::min(some, rows - begin));
    loss.value()[0] += score_rows(tape, part, begin, scoring).value()[0];
  }
  return loss;
}

}  // namespace alinea
