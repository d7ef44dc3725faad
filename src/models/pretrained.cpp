#include "models/pretrained.h"

#include <algorithm>
#include <numeric>

namespace alinea {

namespace {

using Rows = Pretrained::Rows;

Rows same_rows(int64_t count) {
  Rows rows(static_cast<size_t>(count));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

std::map<std::string, Rows> rows_of(const Languages& mine, const Languages& other) {
  const Rows target = rows_by_word(mine.target.vocabulary(), other.target.vocabulary());
  return {{"encoder.embedding.weight",
           rows_by_word(mine.source.vocabulary(), other.source.vocabulary())},
          {"decoder.embedding.weight", target},
          {"output.weight", target},
          {"output.bias", target}};
}

// Of other classes the output layer is of no use.
std::map<std::string, Rows> rows_of(const ClassifierModel& mine, const ClassifierModel& other) {
  std::map<std::string, Rows> rows = {
      {"embedding.weight", rows_by_word(mine.vocabulary, other.vocabulary)}};
  if (mine.labels.names() == other.labels.names()) return rows;
  for (const char* name : {"output.weight", "output.bias"}) {
    const int64_t count = mine.network->parameters().at(name).shape()[0];
    rows[name] = Rows(static_cast<size_t>(count), Pretrained::kNoRow);
  }
  return rows;
}

int64_t row_size(const Parameter& parameter) {
  return parameter.shape().elements() / parameter.shape()[0];
}

bool rows_fit(const Parameter& a, const Parameter& b) {
  return a.shape().rank() == b.shape().rank() && row_size(a) == row_size(b);
}

}  // namespace

Rows rows_by_word(const Vocabulary& mine, const Vocabulary& other) {
  Rows rows = same_rows(mine.size());  // those of the special symbols are the same
  for (int32_t id = kEnd + 1; id < mine.size(); ++id) {
    const int32_t found = other.id(mine.token(id));
    rows[id] = found == kUnknown ? Pretrained::kNoRow : found;
  }
  return rows;
}

VocabularyChange change_of_words(const Vocabulary& mine, const Vocabulary& other) {
  const Rows rows = rows_by_word(mine, other);
  const int64_t added = std::ranges::count(rows, Pretrained::kNoRow);
  const int64_t kept = mine.size() - added;
  return {kept, added, other.size() - kept};
}

Pretrained::Pretrained(const ParameterStore& other, ParameterStore& model,
                       const std::map<std::string, Rows>& rows)
    : model_(model) {
  for (const Parameter& from : other.parameters()) unused_.push_back(from.name());
  for (const Parameter& to : model.parameters()) {
    const auto from = std::ranges::find(other.parameters(), to.name(), &Parameter::name);
    const auto ordered = rows.find(to.name());
    const bool is_ordered = ordered != rows.end();
    const bool fits = from != other.parameters().end() &&
                      (is_ordered ? rows_fit(*from, to) : from->shape() == to.shape());
    Taken taken{nullptr, &to, is_ordered ? ordered->second : same_rows(to.shape()[0]), 0};
    taken.found = std::ssize(taken.rows) - std::ranges::count(taken.rows, kNoRow);
    if (!fits || taken.found == 0) {
      missing_.push_back(to.name());
      continue;
    }
    taken.from = &*from;
    taken_.push_back(std::move(taken));
    std::erase(unused_, to.name());
  }
}

Pretrained::Pretrained(const TranslationModel& other, EncoderDecoder& model,
                       const Languages& languages)
    : Pretrained(other.network->parameters(), model.parameters(),
                 rows_of(languages, other.languages)) {}

Pretrained::Pretrained(const ClassifierModel& other, const ClassifierModel& model)
    : Pretrained(other.network->parameters(), model.network->parameters(), rows_of(model, other)) {}

void Pretrained::copy() const {
  for (const Taken& taken : taken_) {
    const int64_t size = row_size(*taken.to);
    for (int64_t row = 0; row < std::ssize(taken.rows); ++row)
      if (taken.rows[row] != kNoRow)
        std::copy_n(taken.from->value().begin() + taken.rows[row] * size, size,
                    taken.to->value().begin() + row * size);
  }
  model_.changed();
}

}  // namespace alinea
