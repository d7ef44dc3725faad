// How models with hard attention choose the positions that they look at when they translate and
// score.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "models/encoder_decoder.h"
#include "options/field_list.h"

namespace alinea {

struct HardAttentionOptions {
  std::string choice = "argmax";  // "argmax", "expected" or "sampled"
  uint64_t seed = 1;              // of what is sampled

  void visit(FieldList& fields);
  // Lets the model, which is in that folder, choose like that. Throws UsageError where soft
  // attention is to choose.
  void apply(EncoderDecoder& network, const std::filesystem::path& folder) const;
};

}  // namespace alinea
