// The table of decoders: a new one is a pair of files and a line here.
#include "decoders/bahdanau_decoder.h"
#include "decoders/convolutional_decoder.h"
#include "decoders/feed_forward_decoder.h"
#include "decoders/luong_decoder.h"
#include "decoders/transformer_decoder.h"
#include "support/name_table.h"

namespace alinea {

namespace {

using Make = std::unique_ptr<Decoder> (*)(ParameterStore&, const DecoderOptions&,
                                          int64_t vocabulary);

template <typename D>
std::unique_ptr<Decoder> make(ParameterStore& store, const DecoderOptions& options,
                              int64_t vocabulary) {
  return std::make_unique<D>(store, options, vocabulary);
}

const NameTable<Make> kDecoders("decoder", {{"bahdanau", make<BahdanauDecoder>},
                                            {"luong", make<LuongDecoder>},
                                            {"transformer", make<TransformerDecoder>},
                                            {"convolutional", make<ConvolutionalDecoder>},
                                            {"feed-forward", make<FeedForwardDecoder>}});

}  // namespace

std::unique_ptr<Decoder> make_decoder(std::string_view name, ParameterStore& store,
                                      const DecoderOptions& options, int64_t vocabulary) {
  return kDecoders[name](store, options, vocabulary);
}

std::vector<std::string> decoder_names() { return kDecoders.names(); }

}  // namespace alinea
