// The upper level of a hierarchy: a bidirectional recurrent layer over the vectors of each
// sequence, and what makes one vector of its states.
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

  // x [R, inputs], the rows of the layout's packing -> a vector for each of its sequences, 0 for an
  // empty one, and the weights of the rows where there is attention.
  Pooled operator()(Tape& tape, const Variable& x, const SequenceLayout& layout) const;

  // Of the vectors that it puts out.
  int64_t size() const { return pooling_->size(); }

 private:
  Bidirectional recurrent_;
  std::unique_ptr<SequencePooling> pooling_;
};

}  // namespace alinea
