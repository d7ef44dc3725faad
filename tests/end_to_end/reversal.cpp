#include "reversal.h"

#include <algorithm>
#include <numeric>

#include "search/translator.h"
#include "text/vocabulary.h"
#include "training/gradient_norm.h"

namespace alinea {

namespace {

constexpr int32_t kFirstDigit = kEnd + 1;
constexpr int32_t kDigits = 10;
constexpr int64_t kEachLength = 8;  // strings of a length in a batch

ModelOptions small(ModelOptions options) {
  options.embedding_size = 32;
  options.hidden_size = 64;
  options.dropout = 0;
  return options;
}

Digits random_digits(int64_t length, Random& random) {
  Digits digits(static_cast<size_t>(length));
  for (int32_t& digit : digits)
    digit = kFirstDigit + static_cast<int32_t>(random.uniform() * kDigits);
  return digits;
}

bool is_held_out(const Digits& digits) {
  const auto sum = [](int32_t total, int32_t digit) { return total + digit - kFirstDigit; };
  return std::accumulate(digits.begin(), digits.end(), 0, sum) % kDigits == 0;
}

Digits reversed(const Digits& digits) { return {digits.rbegin(), digits.rend()}; }

}  // namespace

std::vector<Digits> digit_strings(Strings kind, int64_t each, Random& random) {
  std::vector<Digits> strings;
  for (int64_t length = kShortestString; length <= kLongestString; ++length) {
    for (int64_t i = 0; i < each; ++i) {
      Digits digits;
      do {
        digits = random_digits(length, random);
      } while (is_held_out(digits) != (kind == Strings::kHeldOut));
      strings.push_back(std::move(digits));
    }
  }
  return strings;
}

ReversalLearner::ReversalLearner(ModelOptions options, uint64_t seed)
    : model_(small(std::move(options)), {kFirstDigit + kDigits, kFirstDigit + kDigits},
             ParameterStore::Gradients::kKept),
      optimizer_(make_optimizer({}, std::ssize(model_.parameters().values()))),
      random_(seed) {
  model_.parameters().initialize(random_);
}

void ReversalLearner::learn(int64_t updates) {
  constexpr double kLearningRate = 5e-3, kClipNorm = 1;
  ParameterStore& parameters = model_.parameters();
  for (int64_t update = 0; update < updates; ++update) {
    const std::vector<Digits> sources = digit_strings(Strings::kTraining, kEachLength, random_);
    std::vector<Digits> targets(sources.size());
    std::transform(sources.begin(), sources.end(), targets.begin(), reversed);
    std::vector<SentencePair> pairs;
    pairs.reserve(sources.size());
    for (size_t i = 0; i < sources.size(); ++i) pairs.push_back({sources[i], targets[i], 0});
    const Batch batch = make_batch(pairs);

    parameters.clear_gradients();
    arena_.reset();
    Tape tape(arena_, Tape::Mode::kTraining);
    tape.backward(model_.likelihood(tape, batch).loss,
                  1.0F / static_cast<float>(batch.target_tokens()));
    optimizer_->update(parameters.values(), parameters.gradients(), kLearningRate,
                       clipping(global_norm(parameters.gradients()), kClipNorm));
    parameters.changed();
  }
}

ExactShare ReversalLearner::exact_share(std::span<const Digits> strings) const {
  TranslatorOptions options;
  options.search.beam_size = 1;
  const std::vector<std::vector<Hypothesis>> found = translate(model_, strings, options);
  std::map<int64_t, int64_t> exact, all;
  for (size_t i = 0; i < strings.size(); ++i) {
    const auto length = static_cast<int64_t>(strings[i].size());
    ++all[length];
    if (found[i].front().tokens == reversed(strings[i])) ++exact[length];
  }
  ExactShare share;
  for (const auto& [length, count] : all)
    share[length] = static_cast<double>(exact[length]) / static_cast<double>(count);
  return share;
}

double mean_share(const ExactShare& share, int64_t shortest) {
  double sum = 0;
  int64_t lengths = 0;
  for (auto it = share.lower_bound(shortest); it != share.end(); ++it, ++lengths) sum += it->second;
  return sum / static_cast<double>(lengths);
}

}  // namespace alinea
