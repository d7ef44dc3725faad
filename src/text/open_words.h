// Words that a vocabulary does not have, for models that copy words of their source (See, Liu &
// Manning 2017): each has a number behind those of the vocabulary, which depends on the word alone,
// so that whoever reads it, in whatever process, gives it the same.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace alinea {

class OpenWords {
 public:
  // Numbers begin with `first`. Of 2^31 of them two words of one sentence share one once in some
  // hundred thousand sentences of a hundred such words; then they are one to the model.
  explicit OpenWords(int64_t first) : first_(first) {}

  // The number of a word, which is remembered. Threads may ask at once.
  int32_t id(std::string_view word);
  // The word that was last given that number; "<unk>" where none was.
  std::string word(int32_t id) const;

 private:
  int64_t first_;
  mutable std::mutex mutex_;
  std::unordered_map<int32_t, std::string> words_;
};

}  // namespace alinea
