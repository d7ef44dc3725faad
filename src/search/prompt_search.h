// Texts that a causal language model writes behind prompts: what `alinea generate` and the library
// have in common.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/language_model.h"
#include "search/distinct.h"
#include "search/translator.h"

namespace alinea {

struct Prompt {
  std::string text = {};  // as it was given
  std::vector<std::string> tokens = {};
  std::vector<int32_t> ids = {};
  std::string fault = {};  // of one that is no text, or too long: nothing is written behind it
};

class PromptSearch {
 public:
  static constexpr int64_t kMostTokens = 1'000'000;  // behind a prompt

  // The model outlives it. `max_length` are the tokens behind a prompt.
  PromptSearch(const LanguageModel& model, int64_t max_length)
      : model_(model), max_length_(max_length) {}

  Prompt read(const std::string& text) const;
  // Whether a text is as long as the model's learned positions allow, which is not as long as was
  // asked for.
  bool is_cut(const Prompt& prompt, const Hypothesis& hypothesis) const;

  // The n best of each prompt, none of one with a fault. `first` is the number of the first one:
  // samples differ by it. A length factor has no effect.
  NBestLists search(std::span<const Prompt> prompts, TranslatorOptions options,
                    uint64_t first) const;

  // With those of the prompt, also where they are unknown.
  std::vector<std::string> tokens(const Prompt& prompt, const Hypothesis& hypothesis) const;
  // With the prompt as it was given, also where the model reads lower case.
  std::string text(const Prompt& prompt, const Hypothesis& hypothesis) const;

 private:
  int64_t most_tokens(const Prompt& prompt) const;  // of a text, </s> not counted
  std::vector<int32_t> source_of(const Prompt& prompt) const;

  const LanguageModel& model_;
  int64_t max_length_;
};

}  // namespace alinea
