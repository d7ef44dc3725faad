// A vector for each word.
#pragma once

#include <cmath>
#include <span>
#include <string>

#include "autograd/tape.h"
#include "ops/rows.h"

namespace alinea {

// The limit whose variance is 1/size, as in the Transformer's implementation, tensor2tensor: times
// √size, and without that as the output layer's weights, values are about as large as those of a
// normalised layer.
inline float transformer_embedding_limit(int64_t size) {
  return std::sqrt(3.0F / static_cast<float>(size));
}

// That of Luong et al. (2015, section 4.1).
inline constexpr float kUsualEmbeddingLimit = 0.1F;

class Embedding {
 public:
  // Parameter: `name`.weight [vocabulary, size], uniform in [-limit, limit] at first, unless
  // `shared` takes its place.
  Embedding(ParameterStore& store, const std::string& name, int64_t vocabulary, int64_t size,
            float limit = kUsualEmbeddingLimit, const Parameter* shared = nullptr)
      : weight_(shared != nullptr ? *shared
                                  : store.add(name + ".weight", {vocabulary, size}, limit)) {}

  // ids R -> [R, size]; padding (a negative id) gives zeros.
  Variable operator()(Tape& tape, std::span<const int32_t> ids) const {
    return ops::embed(tape, tape.use(weight_), ids);
  }

  const Parameter& weight() const { return weight_; }

 private:
  const Parameter& weight_;
};

}  // namespace alinea
