// How good the classes are that a classifier gave.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace alinea {

// Precision is 0 for a class that was never given, recall for one without examples.
struct ClassScore {
  int64_t examples = 0;  // that belong to the class
  double precision = 0, recall = 0, f1 = 0;
};

class Confusion {
 public:
  explicit Confusion(int64_t classes);

  // Classes counted from 0.
  void add(int32_t gold, int32_t given);

  int64_t examples() const;
  double accuracy() const;
  ClassScore score(int64_t label) const;
  // The mean F1 of the classes that have examples.
  double macro_f1() const;

  // A table with a line for each class, ending with no line break.
  std::string to_string(std::span<const std::string> labels) const;

 private:
  int64_t count(int64_t gold, int64_t given) const { return counts_[gold * classes_ + given]; }

  int64_t classes_;
  std::vector<int64_t> counts_;  // [gold, given]
};

}  // namespace alinea
