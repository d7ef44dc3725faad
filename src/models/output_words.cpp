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

std::vector<int32_t> all_of(std::span<const std::vector<int32_t>> words) {
  std::vector<int32_t> all;
  for (const std::vector<int32_t>& some : words) all.insert(all.end(), some.begin(), some.end());
  std::ranges::sort(all);
  const auto repeated = std::ranges::unique(all);
  all.erase(repeated.begin(), repeated.end());
  return all;
}

}  // namespace

OutputWords::OutputWords(const Seq2Seq& model, std::span<const std::vector<int32_t>> words)
    : vocabulary_size_(model.vocabularies().target) {
  const std::vector<int32_t> all = all_of(words);
  const int64_t hidden = model.output_weight().shape()[1];
  const int64_t rows = (std::ssize(all) + kRounded - 1) / kRounded * kRounded;
  weight_ = &store_.add("weight", {rows, hidden}, 0);
  bias_ = &store_.add("bias", {rows}, 0);
  store_.allocate(ParameterStore::Gradients::kNone);
  for (size_t row = 0; row < all.size(); ++row) {
    const auto word = static_cast<size_t>(all[row]);
    std::copy_n(model.output_weight().value().data() + word * static_cast<size_t>(hidden), hidden,
                weight_->value().data() + row * static_cast<size_t>(hidden));
    bias_->value()[row] = model.output_bias().value()[word];
  }
  store_.compute_in(model.parameters().precision());
  for (const std::vector<int32_t>& some : words) {
    Choice& choice = choices_.emplace_back(Choice{some, {}});
    for (const int32_t word : some)
      choice.columns.push_back(std::ranges::lower_bound(all, word) - all.begin());
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
