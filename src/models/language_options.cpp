#include "models/language_options.h"

#include "options/field_list.h"
#include "options/option_value.h"
#include "support/error.h"

namespace alinea {

std::vector<std::string> objective_names() { return {"causal", "masked", "bidirectional"}; }

// Those of a small Transformer, which learns with no other option.
std::span<const AssumedOption> assumed_options(const LanguageOptions& options) {
  static constexpr AssumedOption kSmall[] = {
      {"layers", "4"},        {"norm", "pre"},   {"activation", "gelu"},
      {"dropout", "0.1"},     {"warmup", "200"}, {"schedule", "inverse-sqrt"},
      {"adam-beta2", "0.98"},
  };
  if (options.is_transformer()) return kSmall;
  return {};
}

void LanguageOptions::visit(FieldList& fields) {
  fields.group("Model").choice(
      "objective", objective, objective_names(),
      "what is learned: every word from those before it; words that are masked from all others; "
      "or every word from those before it and, apart from that, from those behind it");
  network.visit(fields,
                "training skips longer lines, </s> counted, and validation text must not have any",
                {}, EncoderFields::Part::kLanguageModel);
  fields.add("tie-embeddings", tie_embeddings, "let the output layer share the embedding");
}

int64_t LanguageOptions::readout_size() const {
  if (!is_recurrent()) return network.embedding_size;
  return (is_masked() ? 2 : 1) * network.hidden_size;
}

std::optional<int64_t> LanguageOptions::most_words() const {
  const TransformerFields& t = network.transformer;
  if (is_recurrent() || (is_transformer() && t.positions != "learned")) return std::nullopt;
  return t.max_positions;
}

void LanguageOptions::check() const {
  check_fields(*this);
  network.check();
  if (tie_embeddings && readout_size() != network.embedding_size)
    throw UsageError(
        "tie-embeddings requires an embedding of the size of what the output layer reads, but "
        "embedding-size is {} and that has {} units: change embedding-size or hidden-size",
        network.embedding_size, readout_size());
}

std::map<std::string, std::string> as_encoder(LanguageOptions options) {
  EncoderFields& network = options.network;
  network.bidirectional = options.is_masked();
  FieldList fields;
  network.visit(fields, /*beyond=*/{});
  std::map<std::string, std::string> values;
  for (const Field& field : fields.fields())
    if (fields.is_used(field) && !field.name.ends_with("-dropout") && field.name != "dropout" &&
        field.name != "weight-drop" && field.name != "ponder-cost")
      values.emplace(field.name, text_of(field.target));
  if (options.is_recurrent()) values.erase("bidirectional");
  return values;
}

EncoderOptions encoder_options(const LanguageOptions& options) {
  EncoderOptions encoder = options.network.options();
  encoder.bidirectional = true;  // whatever is masked depends on both sides
  return encoder;
}

DecoderOptions decoder_options(const LanguageOptions& options) {
  const EncoderFields& o = options.network;
  return {.cell = o.cell,
          .layers = o.layers,
          .embedding_size = o.embedding_size,
          .hidden_size = o.hidden_size,
          .state_size = 0,
          .attention = std::nullopt,
          .attention_size = 0,
          .input_feeding = false,
          .readout = "tanh",
          .bridge = "zero",
          .residual = o.residual,
          .layer_normalization = o.layer_normalization,
          .dropout = o.dropout_kind(),
          .weight_drop = o.weight_drop,
          .transformer = o.transformer.options(o.embedding_size, o.layers, o.dropout),
          .convolution = o.options().convolution,
          .intra_attention = o.intra_attention};
}

}  // namespace alinea
