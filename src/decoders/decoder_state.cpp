#include "decoders/decoder_state.h"

#include <algorithm>

#include "ops/rows.h"

namespace alinea {

namespace {

bool are_first(std::span<const int64_t> entries) {
  for (size_t i = 0; i < entries.size(); ++i)
    if (entries[i] != static_cast<int64_t>(i)) return false;
  return true;
}

// Entries of the first axis of x [R, ...].
Variable gathered(Tape& tape, const Variable& x, std::span<const int64_t> entries) {
  const int64_t count = x.shape()[0];
  const Variable rows = x.reshaped({count, x.elements() / count});
  return ops::gather_rows(tape, rows, entries).reshaped(x.shape().with_first(std::ssize(entries)));
}

Variable kept(Tape& tape, const Variable& x, std::span<const int64_t> entries) {
  return are_first(entries) ? tape.slice(x, 0, std::ssize(entries)) : gathered(tape, x, entries);
}

// Blocks that are one and the same, as keys and values may be, stay one.
std::vector<Variable> kept_blocks(Tape& tape, const std::vector<Variable>& blocks,
                                  std::span<const int64_t> sentences) {
  std::vector<Variable> result;
  for (const Variable& block : blocks) {
    const auto same = std::ranges::find_if(
        blocks, [&](const Variable& other) { return other.value() == block.value(); });
    const auto place = static_cast<size_t>(same - blocks.begin());
    result.push_back(place < result.size() ? result[place] : kept(tape, block, sentences));
  }
  return result;
}

}  // namespace

DecoderState reorder(Tape& tape, const DecoderState& state, std::span<const int64_t> parents) {
  DecoderState result{.rows = {},
                      .blocks = state.blocks,
                      .lengths = state.lengths,
                      .choices = state.choices,
                      .keep_attention = state.keep_attention,
                      .reach = state.reach};
  for (const Variable& x : state.rows) result.rows.push_back(gathered(tape, x, parents));
  return result;
}

DecoderState keep(Tape& tape, const DecoderState& state, std::span<const int64_t> sentences) {
  DecoderState result;
  result.keep_attention = state.keep_attention;
  result.reach = state.reach;
  result.blocks = kept_blocks(tape, state.blocks, sentences);
  for (const int64_t n : sentences) {
    result.lengths.push_back(state.lengths[static_cast<size_t>(n)]);
    if (!state.choices.empty()) result.choices.push_back(state.choices[static_cast<size_t>(n)]);
  }
  if (state.rows.empty()) return result;
  const int64_t width = state.rows[0].shape()[0] / state.sentences();
  std::vector<int64_t> rows;
  for (const int64_t n : sentences)
    for (int64_t i = 0; i < width; ++i) rows.push_back(n * width + i);
  for (const Variable& x : state.rows) result.rows.push_back(kept(tape, x, rows));
  return result;
}

}  // namespace alinea
