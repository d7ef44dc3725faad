// The table of decoders: a new one is a pair of files and a line here.
#include <fmt/ranges.h>

#include "decoders/bahdanau_decoder.h"
#include "decoders/luong_decoder.h"
#include "support/error.h"

namespace alinea {

namespace {

struct NamedDecoder {
  const char* name;
  std::unique_ptr<Decoder> (*make)(ParameterStore&, const DecoderOptions&, int64_t vocabulary);
};

template <typename D>
std::unique_ptr<Decoder> make(ParameterStore& store, const DecoderOptions& options,
                              int64_t vocabulary) {
  return std::make_unique<D>(store, options, vocabulary);
}

constexpr NamedDecoder kDecoders[] = {{"bahdanau", make<BahdanauDecoder>},
                                      {"luong", make<LuongDecoder>}};

}  // namespace

std::unique_ptr<Decoder> make_decoder(std::string_view name, ParameterStore& store,
                                      const DecoderOptions& options, int64_t vocabulary) {
  for (const NamedDecoder& decoder : kDecoders)
    if (name == decoder.name) return decoder.make(store, options, vocabulary);
  throw UsageError("expected a decoder that is one of {}, got '{}'",
                   fmt::join(decoder_names(), ", "), name);
}

std::vector<std::string> decoder_names() {
  std::vector<std::string> names;
  for (const NamedDecoder& decoder : kDecoders) names.emplace_back(decoder.name);
  return names;
}

}  // namespace alinea
