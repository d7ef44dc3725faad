// The table of encoders: a new one is a pair of files and a line here.
#include "encoders/bag_encoder.h"
#include "encoders/convolutional_encoder.h"
#include "encoders/feature_encoder.h"
#include "encoders/recurrent_encoder.h"
#include "encoders/transformer_encoder.h"
#include "encoders/window_encoder.h"
#include "support/name_table.h"

namespace alinea {

namespace {

using Make = std::unique_ptr<Encoder> (*)(ParameterStore&, const EncoderOptions&,
                                          int64_t vocabulary);

template <typename E>
std::unique_ptr<Encoder> make(ParameterStore& store, const EncoderOptions& options,
                              int64_t vocabulary) {
  return std::make_unique<E>(store, options, vocabulary);
}

const NameTable<Make> kEncoders("encoder", {{"recurrent", make<RecurrentEncoder>},
                                            {"transformer", make<TransformerEncoder>},
                                            {"convolutional", make<ConvolutionalEncoder>},
                                            {"window", make<WindowEncoder>},
                                            {"bag", make<BagEncoder>}});

}  // namespace

std::unique_ptr<Encoder> make_encoder(std::string_view name, ParameterStore& store,
                                      const EncoderOptions& options, int64_t vocabulary) {
  if (options.front_end.columns == 0) return kEncoders[name](store, options, vocabulary);
  auto front_end = make_front_end(store, options.front_end, options.embedding_size);
  return std::make_unique<FeatureEncoder>(std::move(front_end),
                                          kEncoders[name](store, options, /*vocabulary=*/0));
}

std::vector<std::string> encoder_names() { return kEncoders.names(); }

}  // namespace alinea
