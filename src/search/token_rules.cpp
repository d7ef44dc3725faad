#include "search/token_rules.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "search/extractive_features.h"
#include "search/phrases.h"
#include "text/vocabulary.h"

namespace alinea {
namespace {

constexpr float kForbidden = -std::numeric_limits<float>::infinity();

class NoUnknown : public TokenRule {
 public:
  void apply(const Partial& /*partial*/, std::span<float> log_probabilities) const override {
    log_probabilities[kUnknown] = kForbidden;
  }
};

// The most tokens that each sentence may have, by its guidance or else by the options.
class MostTokens {
 public:
  MostTokens(int64_t of_all, std::span<const Guidance> guidance)
      : of_all_(of_all > 0 ? of_all : std::numeric_limits<int64_t>::max()) {
    for (const Guidance& one : guidance)
      own_.push_back(one.max_length > 0 ? one.max_length : of_all_);
  }

  int64_t operator[](int64_t sentence) const {
    return own_.empty() ? of_all_ : own_[static_cast<size_t>(sentence)];
  }

 private:
  int64_t of_all_;
  std::vector<int64_t> own_;
};

// No </s> before so many tokens, as far as the sentence may have them.
class MinLength : public TokenRule {
 public:
  MinLength(int64_t length, MostTokens most) : length_(length), most_(std::move(most)) {}

  void apply(const Partial& partial, std::span<float> log_probabilities) const override {
    if (std::ssize(partial.tokens) < std::min(length_, most_[partial.sentence]))
      log_probabilities[kEnd] = kForbidden;
  }

 private:
  int64_t length_;
  MostTokens most_;
};

// Nothing but </s> behind the last token that a sentence may have.
class MaxLength : public TokenRule {
 public:
  explicit MaxLength(MostTokens most) : most_(std::move(most)) {}

  void apply(const Partial& partial, std::span<float> log_probabilities) const override {
    if (std::ssize(partial.tokens) < most_[partial.sentence]) return;
    const float end = log_probabilities[kEnd];
    std::ranges::fill(log_probabilities, kForbidden);
    log_probabilities[kEnd] = end;
  }

 private:
  MostTokens most_;
};

// What followed the last n - 1 tokens before must not follow them again (Paulus, Xiong & Socher
// 2018, "A Deep Reinforced Model for Abstractive Summarization", section 2.5, there n = 3).
class NoRepeatedNgram : public TokenRule {
 public:
  explicit NoRepeatedNgram(int64_t n) : context_(static_cast<size_t>(n) - 1) {}

  void apply(const Partial& partial, std::span<float> log_probabilities) const override {
    if (partial.tokens.size() < context_) return;
    const auto context = partial.tokens.last(context_);
    for (size_t next = context_; next < partial.tokens.size(); ++next) {
      if (std::ranges::equal(context, partial.tokens.subspan(next - context_, context_)))
        log_probabilities[static_cast<size_t>(partial.tokens[next])] = kForbidden;
    }
  }

 private:
  size_t context_;
};

// log p becomes θ log p for a token that the hypothesis has already, once or more often (Keskar et
// al. 2019, "CTRL", section 4.1, there on logits).
class RepetitionPenalty : public TokenRule {
 public:
  explicit RepetitionPenalty(double penalty) : penalty_(static_cast<float>(penalty)) {}

  void apply(const Partial& partial, std::span<float> log_probabilities) const override {
    for (size_t t = 0; t < partial.tokens.size(); ++t) {
      const int32_t token = partial.tokens[t];
      const auto before = partial.tokens.first(t);
      if (std::ranges::find(before, token) == before.end())
        log_probabilities[static_cast<size_t>(token)] *= penalty_;
    }
  }

 private:
  float penalty_;
};

// No phrase of a sentence's list may be completed.
class AvoidedPhrases : public TokenRule {
 public:
  explicit AvoidedPhrases(std::span<const Guidance> guidance) {
    for (const Guidance& one : guidance) phrases_.push_back(one.avoided);
  }

  void apply(const Partial& partial, std::span<float> log_probabilities) const override {
    for (const Guidance::Phrase& phrase : phrases_[static_cast<size_t>(partial.sentence)]) {
      const auto context = std::span(phrase).first(phrase.size() - 1);
      if (partial.tokens.size() >= context.size() &&
          std::ranges::equal(context, partial.tokens.last(context.size())))
        log_probabilities[static_cast<size_t>(phrase.back())] = kForbidden;
    }
  }

 private:
  std::vector<std::vector<Guidance::Phrase>> phrases_;  // of each sentence
};

// No </s> before all phrases of a sentence's list are held.
class RequiredPhrases : public TokenRule {
 public:
  explicit RequiredPhrases(std::span<const Guidance> guidance) {
    for (const Guidance& one : guidance) phrases_.emplace_back(one.required);
  }

  void apply(const Partial& partial, std::span<float> log_probabilities) const override {
    const Phrases& phrases = phrases_[static_cast<size_t>(partial.sentence)];
    if (!phrases.are_held(phrases.progress(partial.tokens))) log_probabilities[kEnd] = kForbidden;
  }

 private:
  std::vector<Phrases> phrases_;  // of each sentence
};

bool has_own_lengths(std::span<const Guidance> guidance) {
  return std::ranges::any_of(guidance, [](const Guidance& one) { return one.max_length > 0; });
}

template <typename Member>
bool any_has(std::span<const Guidance> guidance, Member member) {
  return std::ranges::any_of(guidance, [&](const Guidance& one) { return !(one.*member).empty(); });
}

}  // namespace

TokenRules::TokenRules(const SearchOptions& options, std::span<const Guidance> guidance) {
  if (options.repetition_penalty != 1)
    rules_.push_back(std::make_unique<RepetitionPenalty>(options.repetition_penalty));
  if (options.extractive.any())
    rules_.push_back(std::make_unique<ExtractiveFeatures>(options.extractive, guidance));
  if (!options.allow_unknown) rules_.push_back(std::make_unique<NoUnknown>());
  const MostTokens most(options.max_target_length, guidance);
  if (options.min_length > 0)
    rules_.push_back(std::make_unique<MinLength>(options.min_length, most));
  if (options.max_target_length > 0 || has_own_lengths(guidance))
    rules_.push_back(std::make_unique<MaxLength>(most));
  if (options.no_repeat_ngram_size > 0)
    rules_.push_back(std::make_unique<NoRepeatedNgram>(options.no_repeat_ngram_size));
  if (any_has(guidance, &Guidance::avoided))
    rules_.push_back(std::make_unique<AvoidedPhrases>(guidance));
  if (any_has(guidance, &Guidance::required))
    rules_.push_back(std::make_unique<RequiredPhrases>(guidance));
  if (any_has(guidance, &Guidance::prefix))
    for (const Guidance& one : guidance) prefixes_.push_back(one.prefix);
}

void TokenRules::apply(const Partial& partial, std::span<float> log_probabilities) const {
  const size_t position = partial.tokens.size();
  if (!prefixes_.empty()) {
    const std::vector<int32_t>& prefix = prefixes_[static_cast<size_t>(partial.sentence)];
    if (position < prefix.size()) {
      const auto forced = static_cast<size_t>(prefix[position]);
      const float log_probability = log_probabilities[forced];
      std::ranges::fill(log_probabilities, kForbidden);
      log_probabilities[forced] = log_probability;
      return;
    }
  }
  for (const auto& rule : rules_) rule->apply(partial, log_probabilities);
}

}  // namespace alinea
