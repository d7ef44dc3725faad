#include "search/prompt_search.h"

#include <fmt/format.h>

#include <algorithm>

#include "search/source_line.h"
#include "text/unicode.h"

namespace alinea {

Prompt PromptSearch::read(const std::string& text) const {
  Prompt prompt{text, model_.language.tokens(text), model_.language.encode(text), {}};
  const std::optional<int64_t> most = model_.network->options().most_words();
  if (most && std::ssize(prompt.ids) >= *most)
    prompt.fault = fmt::format(
        "the prompt has {} tokens, but the model's learned positions end at {} with </s>: "
        "shorten it",
        prompt.ids.size(), *most);
  return prompt;
}

bool PromptSearch::is_cut(const Prompt& prompt, const Hypothesis& hypothesis) const {
  const int64_t most = most_tokens(prompt);
  return prompt.fault.empty() && most < std::ssize(prompt.ids) + max_length_ &&
         std::ssize(hypothesis.tokens) >= most;
}

int64_t PromptSearch::most_tokens(const Prompt& prompt) const {
  const int64_t length = std::ssize(prompt.ids) + max_length_;
  const std::optional<int64_t> most = model_.network->options().most_words();
  return most ? std::min(length, *most - 1) : length;
}

// A language model reads no source. The length of the one that it is given is the number of steps,
// </s> counted in both.
std::vector<int32_t> PromptSearch::source_of(const Prompt& prompt) const {
  if (!prompt.fault.empty()) return {};
  return std::vector<int32_t>(static_cast<size_t>(most_tokens(prompt)), kUnknown);
}

NBestLists PromptSearch::search(std::span<const Prompt> prompts, TranslatorOptions options,
                                uint64_t first) const {
  options.search.max_length_factor = 1;
  options.search.max_length_extra = 0;
  std::vector<std::vector<int32_t>> sources;
  for (const Prompt& prompt : prompts) sources.push_back(source_of(prompt));
  return search_lines(
      as_sources(sources), options,
      {[&](std::span<const SentencePair> some, std::span<const size_t> places,
           const TranslatorOptions& given) {
         std::vector<Guidance> guidance;
         for (const size_t i : places)
           guidance.push_back({.number = first + i,
                               .prefix = prompts[i].ids,
                               .max_length = most_tokens(prompts[i])});
         return translate(*model_.network, some, given, guidance);
       },
       [&](size_t i, const Hypothesis& hypothesis) { return text(prompts[i], hypothesis); }});
}

std::vector<std::string> PromptSearch::tokens(const Prompt& prompt,
                                              const Hypothesis& hypothesis) const {
  std::vector<std::string> tokens = model_.language.tokens(hypothesis.tokens);
  std::copy_n(prompt.tokens.begin(), std::min(prompt.tokens.size(), tokens.size()), tokens.begin());
  return tokens;
}

std::string PromptSearch::text(const Prompt& prompt, const Hypothesis& hypothesis) const {
  const std::vector<std::string> all = tokens(prompt, hypothesis);
  std::string text = model_.language.tokenizer().join(all);
  if (!model_.language.lowercase()) return text;
  const std::string read =
      model_.language.tokenizer().join({all.begin(), all.begin() + std::ssize(prompt.tokens)});
  if (!text.starts_with(read)) return text;
  // Letters are tokens with the blanks at both ends, which no other tokenizer keeps.
  const bool is_whole = to_lower(prompt.text) == read;
  return std::string(is_whole ? prompt.text : trimmed(prompt.text)).append(text, read.size());
}

}  // namespace alinea
