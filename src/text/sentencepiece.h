// SentencePiece (Kudo & Richardson 2018), trained and applied by its library.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "text/tokenizer.h"

namespace alinea {

inline constexpr int64_t kMaxSentencepieceVocabulary =
    1'000'000;  // the library starts from as many

// `<stem>.spm`
std::filesystem::path sentencepiece_file(const std::filesystem::path& stem);

// Reads a model of any origin whose ids 0, 1 and 2 are <unk>, <s> and </s>; throws Error otherwise.
std::unique_ptr<Tokenizer> load_sentencepiece(const std::filesystem::path& model);

// Trains a unigram model of vocabulary_size pieces, the special symbols among them, on the lines of
// a text, plain or gzipped. The same text gives the same model. Throws Error that says what size to
// try where the text is too small or has too many characters for it.
std::unique_ptr<Tokenizer> train_sentencepiece(const std::filesystem::path& text,
                                               int64_t vocabulary_size);

// The same, and saves the model as `<stem>.spm`.
std::unique_ptr<Tokenizer> train_sentencepiece(const std::filesystem::path& text,
                                               int64_t vocabulary_size,
                                               const std::filesystem::path& stem);

}  // namespace alinea
