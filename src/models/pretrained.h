// What a model can take over from another one: every parameter of the same name and shape, and of
// those that have a row a word the rows of words that both know. Where the classes differ, nothing
// of what has a row a class. From a language model any other takes what it calls by another name,
// and the words of any of its own vocabularies.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "autograd/parameter.h"
#include "models/model.h"

namespace alinea {

class Pretrained {
 public:
  // For each row of a parameter, an entry of its first axis, the row in the other model; kNoRow
  // where it has none.
  using Rows = std::vector<int64_t>;
  static constexpr int64_t kNoRow = -1;

  // Both models must outlive this.
  Pretrained(const Model& other, const Model& model);

  // A parameter that takes values: all rows, or some.
  struct Taken {
    const Parameter* from;
    const Parameter* to;
    Rows rows;
    int64_t found;  // of the rows
    bool is_whole() const { return found == static_cast<int64_t>(rows.size()); }
  };
  const std::vector<Taken>& taken() const { return taken_; }
  // Names of the model's parameters that take nothing, and of the other's that give nothing.
  const std::vector<std::string>& missing() const { return missing_; }
  const std::vector<std::string>& unused() const { return unused_; }

  // What became of the words of a vocabulary of the other model, special symbols counted.
  struct VocabularyChange {
    std::string title;
    int64_t kept, added, dropped;
  };
  const std::vector<VocabularyChange>& vocabularies() const { return vocabularies_; }

  // Gives the model the values.
  void copy() const;

 private:
  std::map<std::string, Rows> match_words(const Model& other);

  const Model& model_;
  std::vector<Taken> taken_;
  std::vector<std::string> missing_, unused_;
  std::vector<VocabularyChange> vocabularies_;
};

}  // namespace alinea
