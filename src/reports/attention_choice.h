// Which attention weights are reported.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "attention/weights.h"
#include "models/model_options.h"

namespace alinea {

class FieldList;

struct AttentionChoice {
  std::string of = "cross";       // a name of attention_of_names()
  int64_t layer = -1, head = -1;  // -1: all
  bool shifted = false;

  // `option` is the one whose file the weights are for; without a name there are several.
  void visit(FieldList& fields, const std::string& option = {});
  AttentionOf which() const { return attention_of_name(of); }
  AttentionSelection selection() const;
  // Throws UsageError for a layer or a head of attention to the source that the model does not
  // have.
  void check(const ModelOptions& network, const std::filesystem::path& model) const;
};

}  // namespace alinea
