#include "text/open_words.h"

#include <limits>

namespace alinea {

namespace {

constexpr std::string_view kUnknownWord = "<unk>";

// FNV-1a, and a last mixing of its bits.
uint64_t hash_of_word(std::string_view word) {
  uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : word) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3U;
  hash = (hash ^ (hash >> 31)) * 0x9e3779b97f4a7c15U;
  return hash ^ (hash >> 29);
}

}  // namespace

int32_t OpenWords::id(std::string_view word) {
  const auto numbers = static_cast<uint64_t>(int64_t{std::numeric_limits<int32_t>::max()} - first_);
  const auto id = static_cast<int32_t>(first_ + static_cast<int64_t>(hash_of_word(word) % numbers));
  const std::scoped_lock lock(mutex_);
  std::string& known = words_[id];
  if (known != word) known = word;
  return id;
}

std::string OpenWords::word(int32_t id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = words_.find(id);
  return found == words_.end() ? std::string(kUnknownWord) : found->second;
}

}  // namespace alinea
