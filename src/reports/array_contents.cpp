#include "reports/array_contents.h"

#include "options/field_list.h"
#include "support/error.h"

namespace alinea {

void ArrayContents::visit(FieldList& fields, const std::string& format) {
  fields
      .add("energies", energies,
           "write the energies, too, whose softmax the weights are, of each head")
      .needs(format, {"npz", "safetensors"})
      .add("encoder-states", encoder_states,
           "write the states of the encoder, too, which attention looks at")
      .needs(format, {"npz", "safetensors"});
}

void ArrayContents::check(const AttentionChoice& attention, const std::string& unit) const {
  if (!energies && !encoder_states) return;
  if (attention.which() != AttentionOf::kCross || unit != "token")
    throw UsageError("{} requires --attention-of cross and --alignment-unit token",
                     energies ? "--energies" : "--encoder-states");
}

}  // namespace alinea
