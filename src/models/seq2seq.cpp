#include "models/seq2seq.h"

#include "models/own_words.h"
#include "models/word_dropout.h"
#include "ops/rows.h"
#include "text/vocabulary.h"

namespace alinea {

// The words of a batch's targets, packed.
struct Seq2Seq::TargetWords {
  explicit TargetWords(const Batch& batch) : packing(batch.target_lengths) {
    for (int64_t t = 0; t < batch.target_width; ++t) {
      for (int64_t n = 0; n < packing.active()[t]; ++n) {
        const int32_t* sentence = batch.target.data() + n * batch.target_width;
        previous.push_back(t == 0 ? kBegin : sentence[t - 1]);
        next.push_back(sentence[t]);
        sentences.push_back(n);
      }
    }
  }
  // y_{t-1} of the sentences that are present at step t, from 0.
  std::span<int32_t> previous_at(int64_t t) {
    return std::span(previous).subspan(static_cast<size_t>(packing.offsets()[t]),
                                       static_cast<size_t>(packing.active()[t]));
  }

  Packing packing;
  std::vector<int32_t> previous;   // y_{t-1}
  std::vector<int32_t> next;       // y_t
  std::vector<int64_t> sentences;  // n
};

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

// What the decoder reads: all words at once, or, where some are its own, a step at a time.
Targets Seq2Seq::targets(Tape& tape, TargetWords& words, float teacher_forcing) const {
  const Dropout dropout = options_.dropout_kind();
  drop_words(tape, options_.word_dropout, words.previous);
  if (teacher_forcing >= 1 || tape.dropout() == nullptr)
    return {dropout(tape, target_embedding_(tape, words.previous), words.packing.active()),
            words.packing};  // [rows, E]

  const auto own = std::make_shared<OwnWords>(teacher_forcing, *tape.dropout());
  const std::optional<uint64_t> mask = dropout.draw(tape);
  const auto read = [=, this, &tape, &words](int64_t t, const Variable& readout) {
    const std::span<int32_t> present = words.previous_at(t);
    const auto log_p = [&](Arena& arena, std::span<const int64_t> rows) {
      Tape without(arena, Tape::Mode::kInference);
      const Variable all = without.constant({readout.value(), readout.shape()});
      return log_probabilities(without, ops::gather_rows(without, all, rows));
    };
    if (t > 0) own->replace(present, log_p);
    const int64_t active[] = {std::ssize(present)};
    return dropout(tape, target_embedding_(tape, present), active, mask);
  };
  return {{}, words.packing, read};
}

Forced Seq2Seq::force(Tape& tape, const Batch& batch, const ForceOptions& options) const {
  Encoding encoding = encode(tape, {batch.source, batch.source_lengths});
  TargetWords words(batch);
  const Targets read = targets(tape, words, options.teacher_forcing);
  Unrolled unrolled = decoder_->unroll(tape, read, std::move(encoding.state), encoding.memory);
  const Variable readouts = options_.dropout_kind()(tape, unrolled.readouts,
                                                    words.packing.active());  // [rows, H]
  const ops::CrossEntropy entropy =
      ops::cross_entropy(tape, logits(tape, readouts), words.next, options.label_smoothing);

  Forced forced{entropy.loss, std::vector<double>(static_cast<size_t>(batch.size), 0.0),
                std::vector<std::vector<float>>(static_cast<size_t>(batch.size)),
                std::move(unrolled.attended)};
  for (size_t row = 0; row < words.sentences.size(); ++row) {  // of each sentence in their order
    const float log_probability = entropy.log_probabilities[row];
    forced.log_probability[words.sentences[row]] += static_cast<double>(log_probability);
    forced.token_log_probabilities[words.sentences[row]].push_back(log_probability);
  }
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
