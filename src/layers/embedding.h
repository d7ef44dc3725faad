// A vector for each word.
#pragma once

#include <span>
#include <string>

#include "autograd/tape.h"
#include "ops/rows.h"

namespace alinea {

class Embedding {
 public:
  // Parameter: `name`.weight [vocabulary, size], uniform in [-0.1, 0.1] at first (Luong et al.
  // 2015, section 4.1).
  Embedding(ParameterStore& store, const std::string& name, int64_t vocabulary, int64_t size)
      : weight_(store.add(name + ".weight", {vocabulary, size}, 0.1F)) {}

  // ids R -> [R, size]; padding (a negative id) gives zeros.
  Variable operator()(Tape& tape, std::span<const int32_t> ids) const {
    return ops::embed(tape, tape.use(weight_), ids);
  }

  const Parameter& weight() const { return weight_; }

 private:
  const Parameter& weight_;
};

}  // namespace alinea
