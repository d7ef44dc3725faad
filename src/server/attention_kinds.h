// Which attentions a request asks for.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "attention/weights.h"

namespace alinea {

using AttentionKinds = std::vector<AttentionOf>;  // none twice

// As the request has them: true (cross), a name or a list of names; nullptr: none. Throws
// RequestError for others.
AttentionKinds attention_of_request(const nlohmann::ordered_json* json);

std::string attention_name(AttentionOf of);
std::string attention_names(const AttentionKinds& kinds);  // with commas
bool holds(const AttentionKinds& kinds, AttentionOf of);

}  // namespace alinea
