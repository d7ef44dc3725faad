// Documents as ids, with the classes they belong to. Ids lie in flat vectors, text is not kept.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace alinea {

inline constexpr int32_t kNoLabel = -1;  // a document whose class is not known

class DocumentCorpus {
 public:
  int64_t size() const { return static_cast<int64_t>(labels_.size()); }

  int32_t label(int64_t document) const { return labels_.at(static_cast<size_t>(document)); }
  int64_t sentences(int64_t document) const;
  // Words of a whole document, and of one of its sentences.
  std::span<const int32_t> words(int64_t document) const;
  std::span<const int32_t> words(int64_t document, int64_t sentence) const;
  // Words of all documents.
  std::span<const int32_t> words() const { return ids_; }

  // add_sentence as often as wanted, then add_document of those added since the last one.
  void add_sentence(std::span<const int32_t> words);
  void add_document(int32_t label);

 private:
  std::vector<int32_t> ids_, labels_;
  std::vector<int64_t> sentences_ = {0};  // where each begins in ids_, and where the last ends
  std::vector<int64_t> documents_ = {0};  // the same, in sentences_
};

}  // namespace alinea
