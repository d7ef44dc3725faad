// Words that a vocabulary does not have, for models that copy words of their source (See, Liu &
// Manning 2017): each has a number behind those of the vocabulary, which depends on the word alone,
// so that whoever reads it, in whatever process, gives it the same.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace alinea {

class OpenWords {
 public:
  // Numbers begin with `first`. Of 2^31 of them two words of one sentence share one once in some
  // hundred thousand sentences of a hundred such words; then they are one to the model.
  explicit OpenWords(int64_t first) : first_(first) {}

  // The number of a word, which is remembered. Threads may ask at once.
  int32_t id(std::string_view word);
  // The word that was last given that number; "<unk>" where none was, or where it is forgotten.
  std::string word(int32_t id) const;

  // What a program that goes on for ever reads word after word in. A word that was read in a use is
  // remembered until that ends; then words are forgotten that no other use has read. What is read
  // outside of any may be forgotten whenever one ends, and where there is none, nothing is.
  class Use;

 private:
  struct Known {
    std::string word;
    int64_t use = 0;  // the last that had begun when it was read
  };
  int64_t begin_use();
  void end_use(int64_t use);

  int64_t first_;
  mutable std::mutex mutex_;
  std::unordered_map<int32_t, Known> words_;
  std::set<int64_t> uses_;  // that have not ended
  int64_t last_use_ = 0;
};

class OpenWords::Use {
 public:
  // Of no words, it does nothing.
  explicit Use(std::shared_ptr<OpenWords> words)
      : words_(std::move(words)), number_(words_ ? words_->begin_use() : 0) {}
  Use(Use&&) noexcept = default;
  Use& operator=(Use&& next) noexcept {
    std::swap(words_, next.words_);
    std::swap(number_, next.number_);
    return *this;
  }
  ~Use() {
    if (words_) words_->end_use(number_);
  }

 private:
  std::shared_ptr<OpenWords> words_;
  int64_t number_;
};

}  // namespace alinea
