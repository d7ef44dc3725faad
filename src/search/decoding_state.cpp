#include "search/decoding_state.h"

#include <limits>

#include "text/vocabulary.h"

namespace alinea {

DecodingState::DecodingState(const AutoregressiveModel& model, const Source& source,
                             KeepAttention keep, DecodingMemory& memory, const StepOptions& options)
    : model_(model),
      source_(source),
      keep_attention_(keep),
      ctc_weight_(options.ctc_weight),
      memory_(memory) {
  if (!options.words.empty()) words_.emplace(model, options.words);
  if (model_.copying() != nullptr)
    columns_.emplace(source_.ids, source_.lengths, model_.vocabulary_size());
  memory_.start.reset();
  Tape tape(memory_.start, Tape::Mode::kInference);
  start_ = model_.start(tape, source_);
  start_.keep_attention = keep_attention_ != KeepAttention::kNo || columns_;
  start_.reach = options.reach;
  state_ = start_;
  std::vector<int64_t> positions;
  for (int64_t n = 0; n < sentences(); ++n) {
    present_.push_back(n);
    positions.push_back(source_length(n));
  }
  if (ctc_weight_ > 0) ctc_.emplace(model_.ctc_log_probabilities(tape, start_), positions);
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
  std::vector<Row> known(rows.begin(), rows.end());
  for (Row& row : known) {
    if (sentences.empty() || sentences.back() != row.sentence) sentences.push_back(row.sentence);
    parents.push_back(position_ == 0 ? row.sentence : row.parent);
    if (row.token >= model_.vocabulary_size()) row.token = kUnknown;
    tokens.push_back(row.token);
  }
  if (sentences != present_) keep_present(sentences);

  Arena& arena = memory_.steps[++position_ % 2];
  arena.reset();
  Tape tape(arena, Tape::Mode::kInference);
  state_ = reorder(tape, state_, parents);
  const DecoderStep step = model_.step(tape, tokens, state_, position_);
  Tensor log_p = log_probabilities(tape, step, rows);
  if (ctc_) {
    ctc_->advance(known);
    add_ctc(log_p);
  }
  StepOutput output;
  output.log_probabilities = log_p.values();
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

// Words that are only copied are <unk> to the output layer.
void DecodingState::add_ctc(Tensor& log_p) const {
  const int64_t columns = log_p.shape.columns(), words = model_.vocabulary_size();
  std::vector<double> next(static_cast<size_t>(words));
  for (int64_t row = 0; row < log_p.shape.rows(); ++row) {
    ctc_->log_probabilities(static_cast<size_t>(row), next);
    for (int64_t c = 0; c < columns; ++c) {
      float& p = log_p.data[row * columns + c];
      if (p == -std::numeric_limits<float>::infinity())
        continue;  // a word that is not to be chosen
      const double ctc = next[static_cast<size_t>(c < words ? c : kUnknown)];
      p = static_cast<float>((1 - ctc_weight_) * static_cast<double>(p) + ctc_weight_ * ctc);
    }
  }
}

}  // namespace alinea
