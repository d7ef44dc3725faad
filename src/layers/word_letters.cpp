#include "layers/word_letters.h"

#include <vector>

#include "layers/sequence_layout.h"
#include "ops/rows.h"

namespace alinea {

WordLetters::WordLetters(ParameterStore& store, const std::string& name, const Options& options)
    : hidden_size_(options.hidden_size),
      embedding_(store, name + ".embedding", options.letters, options.embedding_size),
      recurrent_(store, name,
                 Recurrent::Options{.cell = options.cell,
                                    .inputs = options.embedding_size,
                                    .hidden = options.hidden_size},
                 Directions::kBoth) {}

Variable WordLetters::operator()(Tape& tape,
                                 std::span<const std::span<const int32_t>> words) const {
  std::vector<int64_t> lengths;
  for (const std::span<const int32_t> word : words) lengths.push_back(std::ssize(word));
  const SequenceLayout layout(lengths);
  const Packing& packing = *layout.packing();
  std::vector<int32_t> letters(static_cast<size_t>(packing.rows()));
  for (int64_t w = 0; w < layout.size(); ++w)
    for (int64_t l = 0; l < lengths[w]; ++l) letters[layout.row(w, l)] = words[w][l];
  const Variable last =
      recurrent_(tape, embedding_(tape, letters), packing, packing.reversed()).last.h;
  return ops::gather_rows(tape, last, layout.places());
}

}  // namespace alinea
