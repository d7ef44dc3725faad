#include "models/decoder.h"

#include "models/bahdanau_decoder.h"
#include "models/luong_decoder.h"

namespace alinea {

std::optional<Attention> make_attention(ParameterStore& store, const ModelOptions& options) {
  if (!options.has_attention()) return std::nullopt;
  return Attention(store, {options.attention, options.attention_mode, options.attention_window},
                   {options.hidden_size, options.state_size(), options.attention_size});
}

Attended attend(Tape& tape, const Attention& attention, const Variable& query, const Memory& memory,
                int64_t position) {
  const auto sentences = static_cast<int64_t>(memory.lengths.size());
  const int64_t width = query.rows() / sentences;
  const std::vector<int64_t> positions(static_cast<size_t>(width), position);
  return attention(tape, query.reshaped({sentences, width, query.columns()}), memory, positions);
}

std::unique_ptr<Decoder> make_decoder(ParameterStore& store, const ModelOptions& options) {
  if (options.wiring == "bahdanau") return std::make_unique<BahdanauDecoder>(store, options);
  return std::make_unique<LuongDecoder>(store, options);
}

}  // namespace alinea
