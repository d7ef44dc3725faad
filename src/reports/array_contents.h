// What the array formats of alignments hold beside weights.
#pragma once

#include <string>

#include "reports/attention_choice.h"

namespace alinea {

struct ArrayContents {
  bool energies = false;
  bool encoder_states = false;

  // `format` is the option that chooses the format.
  void visit(FieldList& fields, const std::string& format);
  // Throws UsageError where they cannot be had of that attention in that unit.
  void check(const AttentionChoice& attention, const std::string& unit) const;
};

}  // namespace alinea
