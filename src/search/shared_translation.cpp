#include "search/shared_translation.h"

#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace alinea {

namespace {

using nlohmann::json;

template <typename Value>
json to_bytes(const std::vector<Value>& values) {
  std::vector<uint8_t> bytes(values.size() * sizeof(Value));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return json::binary(std::move(bytes));
}

template <typename Value>
std::vector<Value> from_bytes(const json& value) {
  const json::binary_t& bytes = value.get_binary();
  std::vector<Value> values(bytes.size() / sizeof(Value));
  if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

json to_json(const Hypothesis& h) {
  return {to_bytes(h.tokens),
          h.log_probability,
          h.score,
          h.ended,
          to_bytes(h.token_log_probabilities),
          h.attention.heads,
          h.attention.layers,
          to_bytes(h.attention.alpha),
          to_bytes(h.attention.windows),
          to_bytes(h.attention.centres),
          to_bytes(h.attention.taken),
          to_bytes(h.attention.energies)};
}

Hypothesis hypothesis(const json& j) {
  return {.tokens = from_bytes<int32_t>(j.at(0)),
          .log_probability = j.at(1),
          .score = j.at(2),
          .ended = j.at(3),
          .token_log_probabilities = from_bytes<float>(j.at(4)),
          .attention = {.heads = j.at(5),
                        .layers = j.at(6),
                        .alpha = from_bytes<float>(j.at(7)),
                        .windows = from_bytes<ops::Window>(j.at(8)),
                        .centres = from_bytes<float>(j.at(9)),
                        .taken = from_bytes<float>(j.at(10)),
                        .energies = from_bytes<float>(j.at(11))}};
}

// Those that are there, each n-best list behind its index. All ranks have the same program, so that
// bytes mean the same on each.
std::string pack(const std::vector<std::vector<Hypothesis>>& translations) {
  json all = json::array();
  for (size_t i = 0; i < translations.size(); ++i) {
    if (translations[i].empty()) continue;
    json list = json::array();
    for (const Hypothesis& h : translations[i]) list.push_back(to_json(h));
    all.push_back({i, std::move(list)});
  }
  std::string bytes;
  json::to_cbor(all, bytes);
  return bytes;
}

void unpack(const std::string& bytes, std::vector<std::vector<Hypothesis>>& translations) {
  for (const json& entry : json::from_cbor(bytes)) {
    std::vector<Hypothesis>& list = translations[entry.at(0).get<size_t>()];
    list.clear();
    for (const json& h : entry.at(1)) list.push_back(hypothesis(h));
  }
}

}  // namespace

std::vector<std::vector<Hypothesis>> translate_together(Group& group, const Ensemble& ensemble,
                                                        std::span<const SentencePair> sources,
                                                        TranslatorOptions options,
                                                        std::span<const Guidance> guidance) {
  options.part = group.rank();
  options.parts = group.size();
  std::vector<std::vector<Hypothesis>> translations =
      translate(ensemble, sources, options, guidance);
  if (group.is_alone()) return translations;
  for (const std::string& part : group.gather(pack(translations))) unpack(part, translations);
  return translations;
}

}  // namespace alinea
