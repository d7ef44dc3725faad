#include "tasks/question_scores.h"

#include <algorithm>
#include <vector>

namespace alinea {

TaskTerms question_terms(int64_t least_share, const std::string& shorten) {
  return {"questions", false, {{"accuracy", "accuracy", Better::kHigher}}, least_share, shorten};
}

void QuestionScores::add_likelihood(double log_probability) {
  log_probability_ += log_probability;
  counted_ += 1;
}

Validation QuestionScores::validation(Group& group, int64_t questions) const {
  std::vector<double> sums = {right_, log_probability_, counted_};
  group.sum(sums);
  return {.loss = -sums[1] / std::max(sums[2], 1.0),
          .measures = {sums[0] / static_cast<double>(questions)},
          .details = {},
          .has_loss = sums[2] > 0};
}

}  // namespace alinea
