#include "search/decoding_state.h"

#include "text/vocabulary.h"

namespace alinea {

DecodingState::DecodingState(const AutoregressiveModel& model, const Source& source,
                             KeepAttention keep, DecodingMemory& memory,
                             std::span<const std::vector<int32_t>> words, int64_t reach)
    : model_(model), source_(source), keep_attention_(keep), memory_(memory) {
  if (!words.empty()) words_.emplace(model, words);
  if (model_.copying() != nullptr)
    columns_.emplace(source_.ids, source_.lengths, model_.vocabulary_size());
  memory_.start.reset();
  Tape tape(memory_.start, Tape::Mode::kInference);
  start_ = model_.start(tape, source_);
  start_.keep_attention = keep_attention_ != KeepAttention::kNo || columns_;
  start_.reach = reach;
  state_ = start_;
  for (int64_t n = 0; n < sentences(); ++n) present_.push_back(n);
}

// Leaves the hypotheses as they are: the next step says which of them go on.
void DecodingState::keep_present(std::span<const int64_t> sentences) {
  present_.assign(sentences.begin(), sentences.end());
  memory_.present.reset();
  Tape tape(memory_.present, Tape::Mode::kInference);
  DecoderState kept = keep(tape, start_, present_);
  state_.blocks = std::move(kept.blocks);
  state_.lengths = std::move(kept.lengths);
  state_.choices = std::move(kept.choices);
}

StepOutput DecodingState::advance(std::span<const Row> rows) {
  std::vector<int64_t> sentences, parents;
  std::vector<int32_t> tokens;
  for (const Row& row : rows) {
    if (sentences.empty() || sentences.back() != row.sentence) sentences.push_back(row.sentence);
    parents.push_back(position_ == 0 ? row.sentence : row.parent);
    tokens.push_back(row.token < model_.vocabulary_size() ? row.token : kUnknown);
  }
  if (sentences != present_) keep_present(sentences);

  Arena& arena = memory_.steps[++position_ % 2];
  arena.reset();
  Tape tape(arena, Tape::Mode::kInference);
  state_ = reorder(tape, state_, parents);
  const DecoderStep step = model_.step(tape, tokens, state_, position_);
  StepOutput output;
  output.log_probabilities = log_probabilities(tape, step, rows).values();
  if (keep_attention_ != KeepAttention::kNo) output.attention = step.attention.values();
  if (keep_attention_ != KeepAttention::kWithEnergies) output.attention.energies = {};
  return output;
}

Tensor DecodingState::log_probabilities(Tape& tape, const DecoderStep& step,
                                        std::span<const Row> rows) const {
  if (!words_ && !columns_) return model_.log_probabilities(tape, step.readout);
  std::vector<int64_t> sentences;
  for (const Row& row : rows) sentences.push_back(row.sentence);
  const Tensor written = words_ ? words_->log_probabilities(tape, step.readout, sentences)
                                : model_.log_probabilities(tape, step.readout);
  if (!columns_) return written;
  return model_.copying()->log_probabilities(tape, step, written, *columns_, sentences);
}

}  // namespace alinea
