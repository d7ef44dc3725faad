#include "text/open_words.h"

#include <limits>

#include "support/hash.h"

namespace alinea {

namespace {

constexpr std::string_view kUnknownWord = "<unk>";

// With a last mixing of the bits.
uint64_t hash_of_word(std::string_view word) {
  uint64_t hash = hash_of(word);
  hash = (hash ^ (hash >> 31)) * 0x9e3779b97f4a7c15U;
  return hash ^ (hash >> 29);
}

}  // namespace

int32_t OpenWords::id(std::string_view word) {
  const auto numbers = static_cast<uint64_t>(int64_t{std::numeric_limits<int32_t>::max()} - first_);
  const auto id = static_cast<int32_t>(first_ + static_cast<int64_t>(hash_of_word(word) % numbers));
  const std::scoped_lock lock(mutex_);
  Known& known = words_[id];
  if (known.word != word) known.word = word;
  known.use = last_use_;
  return id;
}

std::string OpenWords::word(int32_t id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = words_.find(id);
  return found == words_.end() ? std::string(kUnknownWord) : found->second.word;
}

int64_t OpenWords::begin_use() {
  const std::scoped_lock lock(mutex_);
  uses_.insert(++last_use_);
  return last_use_;
}

// Words of a use that is not the oldest wait for the oldest one's end.
void OpenWords::end_use(int64_t use) {
  const std::scoped_lock lock(mutex_);
  const bool is_oldest = *uses_.begin() == use;
  uses_.erase(use);
  if (!is_oldest) return;
  const int64_t oldest = uses_.empty() ? last_use_ + 1 : *uses_.begin();
  std::erase_if(words_, [&](const auto& known) { return known.second.use < oldest; });
}

}  // namespace alinea
