#include "text/sentencepiece_rules.h"

#include <cstdint>
#include <cstring>
#include <vector>

#include "text/protobuf_fields.h"

namespace alinea {

namespace {

// A double-array trie (Aoe 1989) in the layout of Darts-clone: units of 32 bits, of which one says
// its label, where its children lie, and whether a value lies there too.
class Trie {
 public:
  explicit Trie(std::string_view bytes) : units_(bytes.size() / sizeof(uint32_t)) {
    if (!units_.empty()) std::memcpy(units_.data(), bytes.data(), units_.size() * sizeof(uint32_t));
  }

  // Whether every way from the root stays inside, and every value is below `values`.
  bool is_sound(size_t values) const {
    if (units_.empty()) return false;
    std::vector<bool> seen(units_.size());
    std::vector<size_t> open = {0};
    while (!open.empty()) {
      const size_t node = open.back();
      open.pop_back();
      const size_t children = node ^ offset(units_[node]);
      if ((children | kLabels) >= units_.size()) return false;  // any byte may come next
      for (size_t label = 0; label <= kLabels; ++label) {
        const size_t child = children ^ label;
        const uint32_t unit = units_[child];
        if ((unit & kLabelMask) != label || seen[child]) continue;
        seen[child] = true;
        open.push_back(child);
        if ((unit & kHasValue) == 0) continue;
        const size_t value = child ^ offset(unit);
        if (value >= units_.size() || (units_[value] & kValueMask) >= values) return false;
      }
    }
    return true;
  }

 private:
  static constexpr size_t kLabels = 0xFF;
  static constexpr uint32_t kLabelMask = 0x800000FFU, kHasValue = 0x100U, kValueMask = 0x7FFFFFFFU;

  static size_t offset(uint32_t unit) { return size_t{unit >> 10U} << ((unit & 0x200U) >> 6U); }

  std::vector<uint32_t> units_;
};

// Four bytes with the size of the trie, the trie, and the texts, each with a NUL behind it.
bool is_sound_map(std::string_view map) {
  if (map.empty()) return true;
  uint32_t size = 0;
  if (map.size() <= sizeof size) return false;
  std::memcpy(&size, map.data(), sizeof size);
  map.remove_prefix(sizeof size);
  if (size >= map.size() || map.back() != '\0') return false;
  return Trie(map.substr(0, size)).is_sound(map.size() - size);
}

bool is_sound_normalizer(std::string_view message) {
  constexpr uint64_t kMap = 2;
  for (ProtobufFields fields(message); !fields.at_end();) {
    const auto field = fields.next();
    if (!field || (field->number == kMap && !is_sound_map(field->bytes))) return false;
  }
  return true;
}

}  // namespace

bool has_sound_rules(std::string_view model) {
  constexpr uint64_t kNormalizer = 3, kDenormalizer = 5;
  for (ProtobufFields fields(model); !fields.at_end();) {
    const auto field = fields.next();
    if (!field) return false;
    if ((field->number == kNormalizer || field->number == kDenormalizer) &&
        !is_sound_normalizer(field->bytes))
      return false;
  }
  return true;
}

}  // namespace alinea
