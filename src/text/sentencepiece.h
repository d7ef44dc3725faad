// SentencePiece (Kudo & Richardson 2018), trained and applied by its library.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "text/text_lines.h"
#include "text/tokenizer.h"

namespace alinea {

inline constexpr int64_t kMaxSentencepieceVocabulary =
    1'000'000;  // the library starts from as many

// `<stem>.spm`
std::filesystem::path sentencepiece_file(const std::filesystem::path& stem);

// Reads a model of any origin whose ids 0, 1 and 2 are <unk>, <s> and </s>; throws Error otherwise.
std::unique_ptr<Tokenizer> load_sentencepiece(const std::filesystem::path& model);

std::vector<std::string> sentencepiece_types();           // "unigram", "bpe"
std::vector<std::string> sentencepiece_normalizations();  // "nmt_nfkc", ..., "identity"

struct SentencePieceOptions {
  int64_t vocabulary_size = 8000;          // pieces, the special symbols among them
  std::string type = "unigram";            // Kudo (2018); or "bpe", Sennrich, Haddow & Birch (2016)
  double character_coverage = 0.9995;      // share of the text's characters that become pieces
  int64_t max_lines = 0;                   // of the text, evenly from all of it; 0: every line
  std::string normalization = "nmt_nfkc";  // SentencePiece's name of its rules for text
  std::vector<std::string> user_symbols = {};  // pieces of their own wherever the text spells them
};

// Lines are learned from in parts of at most so many bytes, cut at spaces where possible: the time
// that learning takes grows faster than the length of a word. It is the length beyond which
// SentencePiece leaves lines out by default.
inline constexpr int64_t kLongestLearnedBytes = 4192;

struct TrainedSentencePiece {
  std::unique_ptr<Tokenizer> tokenizer;
  int64_t cut_lines;  // longer than kLongestLearnedBytes
};

// Trains a model on the lines of texts. The same texts give the same model. Throws Error that says
// what size to try where there is too little text or are too many characters for it.
TrainedSentencePiece train_sentencepiece(const Texts& texts, const SentencePieceOptions& options);

}  // namespace alinea
