// The search's view of a model: one batch of sentences being translated, or written by a
// language model, whose sources say nothing.
#pragma once

#include <optional>
#include <vector>

#include "models/autoregressive_model.h"
#include "models/copying.h"
#include "models/output_words.h"
#include "search/ctc_prefixes.h"
#include "search/state.h"

namespace alinea {

// The memory of a DecodingState. A later one of the same or another model reuses it.
struct DecodingMemory {
  Arena start;     // of the whole batch
  Arena present;   // the blocks of the sentences that are present
  Arena steps[2];  // a step reads what the one before left in the other
};

// How steps are taken, beyond what the model says.
struct StepOptions {
  // Words that each sentence may have, ascending; none: all.
  std::span<const std::vector<int32_t>> words = {};
  int64_t reach = 0;  // as AttentionMemory has it
  // λ of joint decoding (ctc_prefixes.h), from 0 to 1; above 0 the model has a CTC output layer:
  //   λ log p_CTC(c | h) + (1 - λ) log p(c | h)
  // in the place of log p of a next word c after h.
  double ctc_weight = 0;
};

class DecodingState : public State {
 public:
  enum class KeepAttention { kNo, kYes, kWithEnergies };

  // The source and the memory, which it resets, must outlive the state.
  DecodingState(const AutoregressiveModel& model, const Source& source, KeepAttention keep,
                DecodingMemory& memory, const StepOptions& options = {});

  int64_t sentences() const override { return static_cast<int64_t>(source_.lengths.size()); }
  int64_t vocabulary_size() const override {
    return columns_ ? columns_->count() : model_.vocabulary_size();
  }
  int32_t column(int64_t sentence, int32_t word) const override {
    return columns_ ? columns_->column(sentence, word) : word;
  }
  int32_t word(int64_t sentence, int32_t column) const override {
    return columns_ ? columns_->word(sentence, column) : column;
  }
  int64_t source_length(int64_t sentence) const override {
    return model_.source_positions(source_.lengths[sentence]);
  }
  StepOutput advance(std::span<const Row> rows) override;

 private:
  void keep_present(std::span<const int64_t> sentences);
  Tensor log_probabilities(Tape& tape, const DecoderStep& step, std::span<const Row> rows) const;
  void add_ctc(Tensor& log_p) const;

  const AutoregressiveModel& model_;
  Source source_;
  KeepAttention keep_attention_;
  std::optional<OutputWords> words_;      // none: all
  std::optional<SourceColumns> columns_;  // of a model that copies
  std::optional<CtcPrefixes> ctc_;
  double ctc_weight_;
  int64_t position_ = 0;  // target position of the step that was taken last

  DecodingMemory& memory_;
  DecoderState start_;            // of the whole batch
  std::vector<int64_t> present_;  // the sentences that are present
  DecoderState state_;            // of the hypotheses of the step that was taken last
};

}  // namespace alinea
