// The search's view of a translation model: one batch of sentences being translated.
#pragma once

#include <optional>
#include <vector>

#include "models/output_words.h"
#include "models/seq2seq.h"
#include "search/state.h"

namespace alinea {

class DecodingState : public State {
 public:
  enum class KeepAttention { kNo, kYes };

  // The words that each sentence may have, ascending, or nothing: all. The sources must outlive the
  // state.
  DecodingState(const Seq2Seq& model, const Sources& sources, KeepAttention keep,
                std::span<const std::vector<int32_t>> words = {});

  int64_t sentences() const override { return static_cast<int64_t>(sources_.lengths.size()); }
  int64_t vocabulary_size() const override { return model_.vocabularies().target; }
  int64_t source_length(int64_t sentence) const override { return sources_.lengths[sentence]; }
  StepOutput advance(std::span<const Row> rows) override;

 private:
  void keep_present(std::span<const int64_t> sentences);
  DecoderState continued(Tape& tape, std::span<const Row> rows) const;
  Tensor log_probabilities(Tape& tape, const Variable& readout, std::span<const Row> rows) const;
  StepOutput output(Tape& tape, const DecoderStep& step, std::span<const Row> rows);

  const Seq2Seq& model_;
  Sources sources_;
  bool keep_attention_;
  std::optional<OutputWords> words_;  // none: all
  int64_t position_ = 0;              // target position of the step that was taken last

  Arena encoding_arena_;  // the encoding of the whole batch
  Encoding encoding_;
  Arena memory_arena_;            // the memory of the sentences that are present
  std::vector<int64_t> present_;  // these
  std::vector<int64_t> lengths_;  // and their lengths
  Memory memory_;
  Arena step_arenas_[2];  // this step reads what the one before left in the other
  DecoderState state_;
  std::vector<StepOutput::Focus> focus_;
};

}  // namespace alinea
