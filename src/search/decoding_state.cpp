#include "search/decoding_state.h"

#include "ops/rows.h"

namespace alinea {

namespace {

// The blocks of some sentences of x [N, S, C].
Variable sentences_of(Tape& tape, const Variable& x, std::span<const int64_t> sentences) {
  if (!x) return x;
  const Shape& shape = x.shape();
  return ops::gather_rows(tape, x.reshaped({shape[0], shape[1] * shape[2]}), sentences)
      .reshaped({static_cast<int64_t>(sentences.size()), shape[1], shape[2]});
}

}  // namespace

DecodingState::DecodingState(const Seq2Seq& model, const Sources& sources, KeepAttention keep,
                             std::span<const std::vector<int32_t>> words)
    : model_(model), sources_(sources), keep_attention_(keep == KeepAttention::kYes) {
  if (!words.empty()) words_.emplace(model, words);
  Tape tape(encoding_arena_, Tape::Mode::kInference);
  encoding_ = model_.encode(tape, sources_);
  memory_ = encoding_.memory;
  state_ = encoding_.state;
  for (int64_t n = 0; n < std::ssize(sources_.lengths); ++n) present_.push_back(n);
}

void DecodingState::keep_present(std::span<const int64_t> sentences) {
  present_.assign(sentences.begin(), sentences.end());
  lengths_.clear();
  for (int64_t n : present_) lengths_.push_back(sources_.lengths[n]);
  memory_arena_.reset();
  Tape tape(memory_arena_, Tape::Mode::kInference);
  memory_.states = sentences_of(tape, encoding_.memory.states, present_);
  // Where the keys are the states, they stay one.
  memory_.keys =
      encoding_.memory.keys && encoding_.memory.keys.value() == encoding_.memory.states.value()
          ? memory_.states
          : sentences_of(tape, encoding_.memory.keys, present_);
  memory_.fertility = sentences_of(tape, encoding_.memory.fertility, present_);
  memory_.lengths = lengths_;
}

DecoderState DecodingState::continued(Tape& tape, std::span<const Row> rows) const {
  std::vector<int64_t> parents;
  for (const Row& row : rows) parents.push_back(position_ == 1 ? row.sentence : row.parent);
  const auto pick = [&](const Variable& x) { return x ? ops::gather_rows(tape, x, parents) : x; };
  DecoderState state;
  for (const RecurrentState& layer : state_.layers)
    state.layers.push_back({pick(layer.h), pick(layer.c)});
  state.feed = pick(state_.feed);
  state.covered = pick(state_.covered);
  return state;
}

StepOutput DecodingState::advance(std::span<const Row> rows) {
  std::vector<int64_t> sentences;
  std::vector<int32_t> tokens;
  for (const Row& row : rows) {
    if (sentences.empty() || sentences.back() != row.sentence) sentences.push_back(row.sentence);
    tokens.push_back(row.token);
  }
  if (sentences != present_) keep_present(sentences);

  Arena& arena = step_arenas_[++position_ % 2];
  arena.reset();
  Tape tape(arena, Tape::Mode::kInference);
  DecoderStep step = model_.step(tape, tokens, continued(tape, rows), memory_, position_);
  const StepOutput result = output(tape, step, rows);
  state_ = std::move(step.state);
  return result;
}

Tensor DecodingState::log_probabilities(Tape& tape, const Variable& readout,
                                        std::span<const Row> rows) const {
  if (!words_) return model_.log_probabilities(tape, readout);
  std::vector<int64_t> sentences;
  for (const Row& row : rows) sentences.push_back(row.sentence);
  return words_->log_probabilities(tape, readout, sentences);
}

StepOutput DecodingState::output(Tape& tape, const DecoderStep& step, std::span<const Row> rows) {
  StepOutput result;
  result.log_probabilities = log_probabilities(tape, step.readout, rows).values();
  if (!keep_attention_ || !step.attended) return result;
  const Attended& attended = *step.attended;
  result.attention = attended.weights.values();  // [N, width, S], a row a hypothesis
  result.source_width = attended.weights.columns();
  const Variable& centres = attended.focus.centres;
  if (!centres) return result;
  focus_.clear();
  for (int64_t r = 0; r < centres.elements(); ++r) {
    const ops::Window& window = attended.focus.windows[r];
    focus_.push_back({window.begin, window.end, centres.value()[r]});
  }
  result.focus = focus_;
  return result;
}

}  // namespace alinea
