// One level of the hierarchy: a bidirectional recurrent layer over each sequence, and what makes
// one vector of its states. The words of a sentence and the sentences of a document go through the
// same.
#pragma once

#include <memory>
#include <string>

#include "layers/bidirectional.h"
#include "layers/sequence_layout.h"
#include "models/classifier_options.h"
#include "models/sequence_pooling.h"

namespace alinea {

class PooledLevel {
 public:
  // Parameters: `name`.forward and `name`.backward as in Recurrent, `name`.attention as in
  // make_pooling.
  PooledLevel(ParameterStore& store, const std::string& name, const ClassifierOptions& options,
              int64_t inputs);

  // x [R, inputs], the rows of the layout's packing -> a vector of 2 H for each of its sequences,
  // 0 for an empty one, and the weights of the rows where there is attention.
  Pooled operator()(Tape& tape, const Variable& x, const SequenceLayout& layout) const;

  // 2 H
  int64_t outputs() const { return outputs_; }

 private:
  int64_t outputs_;
  Bidirectional recurrent_;
  std::unique_ptr<SequencePooling> pooling_;
};

}  // namespace alinea
