#include "server/attention_kinds.h"

#include <algorithm>

#include "server/request_error.h"

namespace alinea {

AttentionKinds attention_of_request(const nlohmann::ordered_json* json) {
  if (json == nullptr || (json->is_boolean() && !json->get<bool>())) return {};
  if (json->is_boolean()) return {AttentionOf::kCross};
  AttentionKinds kinds;
  const auto add = [&](const nlohmann::ordered_json& name) {
    const std::vector<std::string> names = attention_of_names();
    const auto found =
        name.is_string() ? std::ranges::find(names, name.get<std::string>()) : names.end();
    if (found == names.end())
      throw RequestError(Status::kBadRequest,
                         "expected 'attention' to be true, false or names of cross, encoder and "
                         "decoder");
    const AttentionOf of = attention_of_name(*found);
    if (!holds(kinds, of)) kinds.push_back(of);
  };
  if (json->is_array()) {
    for (const nlohmann::ordered_json& name : *json) add(name);
  } else {
    add(*json);
  }
  return kinds;
}

std::string attention_name(AttentionOf of) { return attention_of_names()[static_cast<size_t>(of)]; }

std::string attention_names(const AttentionKinds& kinds) {
  std::string names;
  for (const AttentionOf of : kinds) names += (names.empty() ? "" : ",") + attention_name(of);
  return names;
}

bool holds(const AttentionKinds& kinds, AttentionOf of) {
  return std::ranges::find(kinds, of) != kinds.end();
}

}  // namespace alinea
