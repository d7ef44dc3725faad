// A vector of each word by its letters (Ling et al. 2015; Lample et al. 2016, section 4.1): what a
// recurrent layer knows after the last letter, and one from right to left after the first.
//
//   c_w = [h⃗_n ; h⃖_1] over the letters l_1 ... l_n of w
#pragma once

#include <span>
#include <string>

#include "layers/bidirectional.h"
#include "layers/embedding.h"

namespace alinea {

class WordLetters {
 public:
  struct Options {
    Cell cell;
    int64_t letters;  // that are known
    int64_t embedding_size, hidden_size;
  };
  // Parameters: `name`.embedding.weight, `name`.forward and `name`.backward as in Recurrent.
  WordLetters(ParameterStore& store, const std::string& name, const Options& options);

  // F, of a vector
  int64_t size() const { return 2 * hidden_size_; }
  // The letters of U words, at least one of each -> [U, F]
  Variable operator()(Tape& tape, std::span<const std::span<const int32_t>> words) const;

 private:
  int64_t hidden_size_;
  Embedding embedding_;
  Bidirectional recurrent_;
};

}  // namespace alinea
