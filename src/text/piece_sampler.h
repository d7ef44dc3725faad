// Subword regularisation: the pieces of a text drawn at random, so that a model sees many ways to
// write it.
//
//   unigram  Kudo (2018), equation 9 over all segmentations: P(x) ~ p(x)^alpha, p the product of
//            the pieces' probabilities, by forward filtering and backward sampling
//   bpe      Provilkov, Emelianenko & Voita (2020), algorithm 1: at every step each merge is left
//            out with probability alpha, and the best of the others is made
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/random.h"
#include "text/vocabulary.h"

namespace alinea {

// What a SentencePiece model knows of its pieces.
struct PieceModel {
  enum class Type { kUnigram, kBpe, kOther };
  struct Piece {
    std::string text;
    float score = 0;        // unigram: log-probability; bpe: the higher, the sooner it is merged
    bool is_normal = true;  // neither special nor a byte nor a symbol of the user's
  };

  Type type = Type::kUnigram;
  std::vector<Piece> pieces;  // by id
};

// model: the bytes of its file, which the library has accepted.
PieceModel parse_pieces(std::string_view model);

class PieceSampler {
 public:
  virtual ~PieceSampler() = default;

  // The ids of other pieces with the same text. Pieces that are not normal stay, unknown ones too,
  // and no piece reaches across the beginning of a word.
  std::vector<int32_t> sample(std::span<const int32_t> ids, Random& random) const;

 protected:
  explicit PieceSampler(PieceModel model);

  // Of one word, or a part of it between pieces that are not normal; not empty. No ids where its
  // pieces do not make it up.
  virtual std::vector<int32_t> sample_word(std::string_view word, Random& random) const = 0;

  // Of a normal piece; -1 where there is none.
  int32_t find(std::string_view text) const;
  double score(int32_t id) const {
    return static_cast<double>(model_.pieces[static_cast<size_t>(id)].score);
  }
  size_t longest() const { return longest_; }  // piece, in bytes

 private:
  PieceModel model_;
  TextMap<int32_t> ids_;
  size_t longest_ = 0;
};

// Throws Error for a model of another type, which has no other segmentations.
std::unique_ptr<const PieceSampler> make_piece_sampler(PieceModel model, double alpha);

}  // namespace alinea
