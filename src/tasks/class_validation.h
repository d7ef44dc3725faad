// The validation of classifiers, whatever they classify.
#pragma once

#include <numeric>
#include <span>
#include <vector>

#include "distributed/group.h"
#include "metrics/classification.h"
#include "text/labels.h"
#include "training/task.h"

namespace alinea {

// Examples have size() and label(i), and results, of those that are this rank's, a label and
// log_probabilities.
template <typename Examples, typename Result>
Validation class_validation(Group& group, const Examples& examples, std::span<const int64_t> mine,
                            const std::vector<Result>& results, const Labels& labels) {
  // Every example is some rank's, and 0 elsewhere.
  std::vector<double> given(static_cast<size_t>(examples.size())), log_probabilities = given;
  for (size_t i = 0; i < mine.size(); ++i) {
    given[mine[i]] = results[i].label;
    log_probabilities[mine[i]] = results[i].log_probabilities[examples.label(mine[i])];
  }
  group.sum(given);
  group.sum(log_probabilities);
  Confusion confusion(labels.size());
  for (int64_t i = 0; i < examples.size(); ++i)
    confusion.add(examples.label(i), static_cast<int32_t>(given[i]));
  const double sum = std::accumulate(log_probabilities.begin(), log_probabilities.end(), 0.0);
  return {-sum / static_cast<double>(examples.size()),
          {confusion.accuracy(), confusion.macro_f1()},
          confusion.to_string(labels.names())};
}

}  // namespace alinea
