#include "models/seq2seq.h"

#include "models/word_dropout.h"
#include "text/vocabulary.h"

namespace alinea {

namespace {

// The words of a batch's targets, packed.
struct TargetWords {
  std::vector<int32_t> previous;   // y_{t-1}
  std::vector<int32_t> next;       // y_t
  std::vector<int64_t> sentences;  // n
};

TargetWords target_words(const Batch& batch, const Packing& packing) {
  TargetWords words;
  for (int64_t t = 0; t < batch.target_width; ++t) {
    for (int64_t n = 0; n < packing.active()[t]; ++n) {
      const int32_t* sentence = batch.target.data() + n * batch.target_width;
      words.previous.push_back(t == 0 ? kBegin : sentence[t - 1]);
      words.next.push_back(sentence[t]);
      words.sentences.push_back(n);
    }
  }
  return words;
}

}  // namespace

Seq2Seq::Seq2Seq(const ModelOptions& options, const Vocabularies& vocabularies,
                 ParameterStore::Gradients gradients)
    : options_(completed(options)),
      vocabularies_(vocabularies),
      encoder_(store_, options_, vocabularies.source),
      bridge_(store_, options_),
      target_embedding_(store_, "decoder.embedding", vocabularies.target, options_.embedding_size),
      decoder_(make_decoder(store_, options_)),
      output_weight_(options_.tie_embeddings
                         ? target_embedding_.weight()
                         : store_.add("output.weight", {vocabularies.target, options_.hidden_size},
                                      glorot_limit(options_.hidden_size, vocabularies.target))),
      output_bias_(store_.add("output.bias", {vocabularies.target}, 0)) {
  store_.allocate(gradients);
}

Encoding Seq2Seq::encode(Tape& tape, const Sources& sources) const {
  const Encoded encoded = encoder_(tape, sources);
  Encoding encoding{decoder_->remember(tape, encoded.states, sources.lengths),
                    {bridge_(tape, encoded), {}}};
  if (options_.input_feeding)
    encoding.state.feed =
        tape.zeros({static_cast<int64_t>(sources.lengths.size()), options_.hidden_size});
  if (options_.coverage)
    encoding.state.covered = tape.zeros({encoded.states.shape()[0], encoded.states.shape()[1]});
  return encoding;
}

Forced Seq2Seq::force(Tape& tape, const Batch& batch, float label_smoothing) const {
  Encoding encoding = encode(tape, {batch.source, batch.source_lengths});
  const Packing packing(batch.target_lengths);
  TargetWords words = target_words(batch, packing);
  drop_words(tape, options_.word_dropout, words.previous);
  const Dropout dropout = options_.dropout_kind();
  const Variable embedded =
      dropout(tape, target_embedding_(tape, words.previous), packing.active());  // [rows, E]
  Unrolled unrolled =
      decoder_->unroll(tape, {embedded, packing}, std::move(encoding.state), encoding.memory);
  const Variable readouts = dropout(tape, unrolled.readouts, packing.active());  // [rows, H]
  const ops::CrossEntropy entropy =
      ops::cross_entropy(tape, logits(tape, readouts), words.next, label_smoothing);

  Forced forced{entropy.loss, std::vector<double>(static_cast<size_t>(batch.size), 0.0),
                std::move(unrolled.attended)};
  for (size_t row = 0; row < words.sentences.size(); ++row)
    forced.log_probability[words.sentences[row]] +=
        static_cast<double>(entropy.log_probabilities[row]);
  return forced;
}

DecoderStep Seq2Seq::step(Tape& tape, std::span<const int32_t> tokens, const DecoderState& state,
                          const Memory& memory, int64_t position) const {
  const Variable embedded = target_embedding_(tape, tokens);
  return decoder_->step(tape, embedded, state, memory, position);
}

Variable Seq2Seq::logits(Tape& tape, const Variable& readouts) const {
  return ops::affine_transposed(tape, readouts, tape.use(output_weight_), tape.use(output_bias_));
}

Tensor Seq2Seq::log_probabilities(Tape& tape, const Variable& readout) const {
  const Variable scores = logits(tape, readout);
  const Tensor tensor{scores.value(), scores.shape()};
  ops::log_softmax(tensor);
  return tensor;
}

Looked looked(std::span<const Attended> attended, int64_t n, int64_t t) {
  const bool whole = attended.size() == 1 && attended[0].weights.shape()[1] > 1;
  const Attended& step = attended[whole ? 0 : static_cast<size_t>(t)];
  const Shape& shape = step.weights.shape();  // [N, T, S], or [N, 1, S]
  const int64_t row = n * shape[1] + (whole ? t : 0);
  const Variable& centres = step.focus.centres;
  return {step.weights.values().subspan(static_cast<size_t>(row * shape[2]),
                                        static_cast<size_t>(shape[2])),
          step.focus.windows[row], centres ? centres.value()[row] : 0.0F};
}

}  // namespace alinea
