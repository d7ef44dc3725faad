#include "reports/attention_choice.h"

#include "options/field_list.h"
#include "options/limits.h"
#include "support/counted.h"
#include "support/error.h"

namespace alinea {

void AttentionChoice::visit(FieldList& fields, const std::string& option) {
  const auto is_of_option = [&] {
    if (!option.empty()) fields.needs(option);
  };
  fields.group("Attention")
      .choice(
          "attention-of", of, attention_of_names(),
          "cross: from target to source; encoder, decoder: self- or intra-attention of its layers");
  is_of_option();
  fields
      .add(
          "layer", layer,
          "layer whose weights are written, from 0; -1: all of them in a tidy CSV, else their mean")
      .range<int64_t>(-1, kLargestSize);
  is_of_option();
  fields.add("head", head, "the same for a head of each layer").range<int64_t>(-1, kLargestSize);
  is_of_option();
  fields.add("shift-attention", shifted,
             "take the weights of a word from the step that reads it, not from the one that writes "
             "it; of given translations, models with --full-context-alignment do so in any case");
  is_of_option();
}

void AttentionChoice::check(const ModelOptions& network, const std::filesystem::path& model) const {
  if (which() != AttentionOf::kCross) return;
  const int64_t layers = network.attention_layers(), heads = network.layer_heads();
  if (layer >= layers || head >= heads)
    throw UsageError(
        "--layer and --head are counted from 0, and the attention of the model in {} has {} with "
        "{} each: got {} and {}",
        model.string(), counted(layers, "layer"), counted(heads, "head"), layer, head);
}

AttentionSelection AttentionChoice::selection() const {
  AttentionSelection selection{.layer = {}, .head = {}, .shifted = shifted};
  if (layer >= 0) selection.layer = layer;
  if (head >= 0) selection.head = head;
  return selection;
}

}  // namespace alinea
