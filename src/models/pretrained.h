// What a model can take over from another one: every parameter of the same name and shape, and of
// those that have a row a word, or a row a class, the rows of what both know.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "autograd/parameter.h"
#include "models/classifier_folder.h"
#include "models/model_folder.h"
#include "text/vocabulary.h"

namespace alinea {

class Pretrained {
 public:
  // For each row of a parameter, an entry of its first axis, the row in the other model; kNoRow
  // where it has none.
  using Rows = std::vector<int64_t>;
  static constexpr int64_t kNoRow = -1;

  // `rows`: by the names of parameters whose rows are not in the same order in both models. The
  // stores must outlive this.
  Pretrained(const ParameterStore& other, ParameterStore& model,
             const std::map<std::string, Rows>& rows);
  Pretrained(const TranslationModel& other, EncoderDecoder& model, const Languages& languages);
  Pretrained(const ClassifierModel& other, const ClassifierModel& model);

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

  // Gives the model the values.
  void copy() const;

 private:
  ParameterStore& model_;
  std::vector<Taken> taken_;
  std::vector<std::string> missing_, unused_;
};

// The words of `mine` in `other`.
Pretrained::Rows rows_by_word(const Vocabulary& mine, const Vocabulary& other);

// What became of the words of another model, special symbols counted.
struct VocabularyChange {
  int64_t kept, added, dropped;
};
VocabularyChange change_of_words(const Vocabulary& mine, const Vocabulary& other);

}  // namespace alinea
