// How well questions are answered, for the tasks that learn it.
#pragma once

#include "training/task.h"

namespace alinea {

// "questions" with their accuracy. `least_share` and `shorten` as TaskTerms has them.
TaskTerms question_terms(int64_t least_share, const std::string& shorten);

class QuestionScores {
 public:
  void add(bool is_right) { right_ += is_right ? 1 : 0; }
  // ln P of the gold answer, where the model can give it.
  void add_likelihood(double log_probability);
  // Of all ranks, which have `questions` together. The loss is the mean of -ln P, the accuracy that
  // of all questions.
  Validation validation(Group& group, int64_t questions) const;

 private:
  double right_ = 0, log_probability_ = 0, counted_ = 0;
};

}  // namespace alinea
