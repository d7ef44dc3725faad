#include "text/document_corpus.h"

namespace alinea {

int64_t DocumentCorpus::sentences(int64_t document) const {
  return documents_.at(static_cast<size_t>(document) + 1) - documents_[document];
}

std::span<const int32_t> DocumentCorpus::words(int64_t document) const {
  const int64_t begin = sentences_[documents_[document]];
  const int64_t end = sentences_[documents_.at(static_cast<size_t>(document) + 1)];
  return std::span(ids_).subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
}

std::span<const int32_t> DocumentCorpus::words(int64_t document, int64_t sentence) const {
  const int64_t place = documents_.at(static_cast<size_t>(document)) + sentence;
  const int64_t begin = sentences_[place];
  const int64_t end = sentences_.at(static_cast<size_t>(place) + 1);
  return std::span(ids_).subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
}

void DocumentCorpus::add_sentence(std::span<const int32_t> words) {
  ids_.insert(ids_.end(), words.begin(), words.end());
  sentences_.push_back(static_cast<int64_t>(ids_.size()));
}

void DocumentCorpus::add_document(int32_t label) {
  labels_.push_back(label);
  documents_.push_back(static_cast<int64_t>(sentences_.size()) - 1);
}

}  // namespace alinea
