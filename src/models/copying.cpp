#include "models/copying.h"

#include <algorithm>

#include "ops/copy.h"
#include "ops/rows.h"
#include "text/vocabulary.h"

namespace alinea {

SourceColumns::SourceColumns(std::span<const int32_t> ids, std::span<const int64_t> lengths,
                             int64_t vocabulary)
    : vocabulary_(vocabulary) {
  size_t next = 0;
  for (const int64_t length : lengths) {
    std::vector<int32_t>&columns = columns_.emplace_back(), &others = others_.emplace_back();
    for (const int32_t id : ids.subspan(next, static_cast<size_t>(length))) {
      if (id >= vocabulary && std::ranges::find(others, id) == others.end()) others.push_back(id);
      columns.push_back(column(std::ssize(columns_) - 1, id));
    }
    next += static_cast<size_t>(length);
    most_ = std::max(most_, std::ssize(others));
  }
}

int32_t SourceColumns::column(int64_t sentence, int32_t word) const {
  if (word < vocabulary_) return word;
  const std::vector<int32_t>& others = others_[static_cast<size_t>(sentence)];
  const auto found = std::ranges::find(others, word);
  if (found == others.end()) return kUnknown;
  return static_cast<int32_t>(vocabulary_ + (found - others.begin()));
}

int32_t SourceColumns::word(int64_t sentence, int32_t column) const {
  if (column < vocabulary_) return column;
  return others_[static_cast<size_t>(sentence)][static_cast<size_t>(column - vocabulary_)];
}

Variable packed_weights(Tape& tape, std::span<const AttentionWeights> attention,
                        const Packing& packing) {
  std::vector<Variable> steps;
  for (const AttentionWeights& block : attention)
    steps.push_back(ops::mean_of_heads(tape, block.alpha));
  if (steps.size() > 1) return ops::stack(tape, steps);  // a block is a step
  return ops::gather_rows(tape, steps.front(), packing.cells());
}

CopyRows Copying::rows(Tape& tape, const Variable& readouts,
                       std::span<const AttentionWeights> attention, const TargetWords& words,
                       const Batch& batch) const {
  CopyRows rows{gate_(tape, readouts), packed_weights(tape, attention, words.packing), {}};
  const int64_t width = rows.alpha.columns();
  std::vector<size_t> begins;
  size_t begin = 0;
  for (const int64_t length : batch.source_lengths) {
    begins.push_back(begin);
    begin += static_cast<size_t>(length);
  }
  const std::span<uint8_t> matches = tape.arena().array<uint8_t>(rows.alpha.elements());
  std::ranges::fill(matches, uint8_t{0});
  for (size_t r = 0; r < words.next.size(); ++r) {
    const auto n = static_cast<size_t>(words.sentences[r]);
    for (int64_t s = 0; s < batch.source_lengths[n]; ++s)
      matches[r * static_cast<size_t>(width) + static_cast<size_t>(s)] =
          batch.source[begins[n] + static_cast<size_t>(s)] == words.next[r];
  }
  rows.matches = matches;
  return rows;
}

Tensor Copying::log_probabilities(Tape& tape, const DecoderStep& step, const Tensor& written,
                                  const SourceColumns& columns,
                                  std::span<const int64_t> sentences) const {
  const Variable gates = gate_(tape, step.readout),
                 alpha = ops::mean_of_heads(tape, step.attention.alpha);  // [R, S]
  const int64_t rows = step.readout.rows(), width = alpha.columns();
  const std::span<int32_t> copies = tape.arena().array<int32_t>(rows * width);
  std::ranges::fill(copies, -1);
  for (int64_t r = 0; r < rows; ++r)
    std::ranges::copy(columns.of(sentences[r]), copies.begin() + r * width);
  const Tensor mixed{tape.arena().floats(rows * columns.count()).data(), {rows, columns.count()}};
  ops::mix_copies({rows, written.shape.columns(), width, columns.count(), written.data,
                   gates.value(), alpha.value(), copies.data()},
                  mixed.data);
  return mixed;
}

std::vector<int32_t> closed(std::span<const int32_t> ids, int64_t vocabulary) {
  std::vector<int32_t> known(ids.begin(), ids.end());
  for (int32_t& id : known)
    if (id >= vocabulary) id = kUnknown;
  return known;
}

}  // namespace alinea
