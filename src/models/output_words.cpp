#include "models/output_words.h"

#include <algorithm>
#include <limits>

#include "autograd/parallel.h"
#include "ops/affine.h"
#include "ops/cross_entropy.h"

namespace alinea {

namespace {

// Batches have about as many words as others: numbers that come again need no new primitive.
constexpr int64_t kRounded = 256;

}  // namespace

OutputWords::OutputWords(const AutoregressiveModel& model,
                         std::span<const std::vector<int32_t>> words)
    : vocabulary_size_(model.vocabulary_size()) {
  std::vector<int64_t> column_of(static_cast<size_t>(vocabulary_size_), -1);
  for (const std::vector<int32_t>& some : words)
    for (const int32_t word : some) column_of[static_cast<size_t>(word)] = 0;
  int64_t count = 0;
  for (int64_t& column : column_of)
    if (column == 0) column = count++;

  const int64_t hidden = model.output().weight().shape()[1];
  const int64_t rows = (count + kRounded - 1) / kRounded * kRounded;
  weight_ = &store_.add("weight", {rows, hidden}, 0);
  bias_ = &store_.add("bias", {rows}, 0);
  store_.allocate(ParameterStore::Gradients::kNone);
  for (int64_t word = 0; word < vocabulary_size_; ++word) {
    const int64_t column = column_of[static_cast<size_t>(word)];
    if (column < 0) continue;
    std::copy_n(model.output().weight().value().data() + word * hidden, hidden,
                weight_->value().data() + column * hidden);
    bias_->value()[static_cast<size_t>(column)] =
        model.output().bias().value()[static_cast<size_t>(word)];
  }
  store_.compute_in(model.output().weight().precision());
  for (const std::vector<int32_t>& some : words) {
    Choice& choice = choices_.emplace_back(Choice{some, {}});
    choice.columns.reserve(some.size());
    for (const int32_t word : some) choice.columns.push_back(column_of[static_cast<size_t>(word)]);
  }
}

Tensor OutputWords::log_probabilities(Tape& tape, const Variable& readout,
                                      std::span<const int64_t> sentences) const {
  const Variable logits =
      ops::affine_transposed(tape, readout, tape.use(*weight_), tape.use(*bias_));
  const int64_t rows = logits.rows();
  const Tensor result{tape.arena().floats(rows * vocabulary_size_).data(),
                      {rows, vocabulary_size_}};
  const std::span<float> chosen = tape.arena().floats(rows * logits.columns());
#pragma omp parallel for if (parallel : rows * vocabulary_size_ > kWorthThreads)
  for (int64_t r = 0; r < rows; ++r) {
    const auto& [words, columns] = choices_[static_cast<size_t>(sentences[r])];
    const float* from = logits.value() + r * logits.columns();
    float* some = chosen.data() + r * logits.columns();
    for (size_t i = 0; i < columns.size(); ++i) some[i] = from[columns[i]];
    ops::log_softmax({some, {1, std::ssize(words)}});
    float* to = result.data + r * vocabulary_size_;
    std::fill_n(to, vocabulary_size_, -std::numeric_limits<float>::infinity());
    for (size_t i = 0; i < words.size(); ++i) to[words[i]] = some[i];
  }
  return result;
}

}  // namespace alinea
