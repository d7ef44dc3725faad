#include "search/hard_attention.h"

#include "support/error.h"
#include "support/name_table.h"

namespace alinea {

namespace {

using Kind = ops::PositionChoice::Kind;

const NameTable<Kind> kChoices("choice of hard attention", {{"argmax", Kind::kLargest},
                                                            {"expected", Kind::kExpected},
                                                            {"sampled", Kind::kDrawn}});

}  // namespace

void HardAttentionOptions::visit(FieldList& fields) {
  fields.group("Hard attention")
      .choice(
          "hard-attention", choice, kChoices.names(),
          "how a model with hard attention chooses a position: that of the largest weight, none "
          "(the mean of all), or one drawn by the weights")
      .add("hard-attention-seed", seed, "seed of what is drawn")
      .needs("hard-attention", {"sampled"});
}

void HardAttentionOptions::apply(EncoderDecoder& network,
                                 const std::filesystem::path& folder) const {
  const Kind kind = kChoices[choice];
  if (network.options().has_hard_attention()) return network.choose_by({kind, seed});
  if (kind != Kind::kLargest)
    throw UsageError(
        "positions are chosen as {:?} by hard attention alone, but the model in {} has the "
        "attention-choice {}",
        choice, folder.string(), network.options().attention_choice);
}

}  // namespace alinea
