// The table of encoders: a new one is a pair of files and a line here.
#include <fmt/ranges.h>

#include "encoders/recurrent_encoder.h"
#include "support/error.h"

namespace alinea {

namespace {

struct NamedEncoder {
  const char* name;
  std::unique_ptr<Encoder> (*make)(ParameterStore&, const EncoderOptions&, int64_t vocabulary);
};

template <typename E>
std::unique_ptr<Encoder> make(ParameterStore& store, const EncoderOptions& options,
                              int64_t vocabulary) {
  return std::make_unique<E>(store, options, vocabulary);
}

constexpr NamedEncoder kEncoders[] = {{"recurrent", make<RecurrentEncoder>}};

}  // namespace

std::unique_ptr<Encoder> make_encoder(std::string_view name, ParameterStore& store,
                                      const EncoderOptions& options, int64_t vocabulary) {
  for (const NamedEncoder& encoder : kEncoders)
    if (name == encoder.name) return encoder.make(store, options, vocabulary);
  throw UsageError("expected an encoder that is one of {}, got '{}'",
                   fmt::join(encoder_names(), ", "), name);
}

std::vector<std::string> encoder_names() {
  std::vector<std::string> names;
  for (const NamedEncoder& encoder : kEncoders) names.emplace_back(encoder.name);
  return names;
}

}  // namespace alinea
