// Translations of requests.
#include <memory>
#include <mutex>
#include <utility>

#include "alinea/attention_tensor.h"
#include "alinea/one_line.h"
#include "alinea/search_options_of.h"
#include "alinea/translator_models.h"
#include "alinea/with_threads.h"
#include "search/decoding_options.h"
#include "search/phrases.h"
#include "search/translation_requests.h"
#include "support/error.h"
#include "support/unanswered.h"

namespace alinea {

LineSearchOptions line_search_options(const TranslationOptions& options) {
  LineSearchOptions how;
  how.max_length = options.max_length;
  how.replace_unknown = options.replace_unknown;
  how.translator.batch_size = options.batch_size;
  how.translator.keep_attention = options.keep_attention;
  how.translator.attention_reach = options.decoding_window;
  how.translator.ctc_weight = options.ctc_weight;
  SearchOptions& search = how.translator.search;
  search = search_options_of(options);
  search.coverage_penalty = options.coverage_penalty;
  search.extractive = extractive_weights(options.extractive_weights);
  search.max_length_factor = options.max_length_factor;
  search.max_target_length = options.max_target_length;
  return how;
}

LineSearchOptions Translator::Models::checked_options(const TranslationOptions& given) const {
  LineSearchOptions how = line_search_options(given);
  how.translator.keep_attention = given.keep_attention && has_attention();
  if (given.keep_energies && !given.keep_attention)
    throw UsageError("energies are kept with attention: keep that, too");
  if (given.keep_energies && !is_single())
    throw UsageError("energies are kept of a single model, not of an ensemble of {}",
                     translator_.models().models.size());
  how.translator.keep_energies = given.keep_energies;
  translator_.check(how);
  return how;
}

std::vector<TranslationAnswer> Translator::Models::answer(
    std::span<const TranslationRequest> requests, const TranslationOptions& given,
    const TranslationCallbacks& callbacks) {
  LineSearchOptions how = checked_options(given);
  const OpenWords::Use words = translator_.use_words();
  std::vector<TranslationLine> lines(requests.size());
  for (size_t i = 0; i < requests.size(); ++i) lines[i] = read(i, requests[i], given);
  watch(lines, callbacks, how);
  const NBestLists found = with_threads(given.threads, [&] {
    try {
      Group alone;
      return translator_.search(lines, how, alone);
    } catch (const ComputationCancelled&) {
      throw Cancelled("the translation was cancelled");
    }
  });
  std::vector<TranslationAnswer> answers;
  for (size_t i = 0; i < lines.size(); ++i) answers.push_back(make_answer(lines[i], found[i], how));
  return answers;
}

TranslationLine Translator::Models::read(size_t number, const TranslationRequest& request,
                                         const TranslationOptions& given) {
  TranslationLine line;
  read_source(request.text, given.max_length, line);
  line.request.guidance.number = number;
  if (line.fault.empty()) line.fault = no_line(request.prefix, "a prefix");
  for (const std::string& phrase : request.constraints)
    if (line.fault.empty()) line.fault = no_line(phrase, "a constraint");
  for (const std::string& phrase : request.avoid)
    if (line.fault.empty()) line.fault = no_line(phrase, "a phrase to avoid");
  if (line.fault.empty() && given.sampling && !request.constraints.empty())
    line.fault = "constraints cannot be met by sampling: leave out one of them";
  if (!line.fault.empty()) return line;
  const Language& target = translator_.languages().target;
  line.request.begin_with(request.prefix, target);
  line.request.guidance.required = known_phrases(
      request.constraints, target, line.source.ids, [&](const std::string& phrase, bool is_empty) {
        if (!line.fault.empty()) return;
        line.fault =
            is_empty
                ? "a constraint is empty"
                : fmt::format("a constraint, {:?}, has tokens that the model cannot write", phrase);
      });
  line.request.guidance.avoided =
      known_phrases(request.avoid, target, line.source.ids, [](const std::string&, bool) {});
  return line;
}

// The callbacks of one call are called by one thread at a time.
void Translator::Models::watch(std::span<const TranslationLine> lines,
                               const TranslationCallbacks& callbacks, LineSearchOptions& how) {
  const auto turn = std::make_shared<std::mutex>();
  if (callbacks.is_cancelled)
    how.translator.watch.is_cancelled = [turn, &callbacks] {
      const std::lock_guard lock(*turn);
      return callbacks.is_cancelled();
    };
  if (callbacks.on_token)
    how.translator.watch.on_step = [this, turn, lines, &callbacks](int64_t i,
                                                                   const BestSoFar& best) {
      Hypothesis begun{};
      begun.tokens = best().tokens;
      const auto place = static_cast<size_t>(i);
      const std::string text = translator_.text(lines[place], begun, /*replace_unknown=*/false);
      const std::lock_guard lock(*turn);
      callbacks.on_token(place, text);
    };
}

TranslationAnswer Translator::Models::make_answer(const TranslationLine& line,
                                                  const std::vector<Hypothesis>& found,
                                                  const LineSearchOptions& how) const {
  TranslationAnswer answer{.fault = line.fault, .source_length = line.source.length};
  if (!answer.fault.empty()) return answer;
  const std::vector<std::string> source = source_tokens(line);
  // An empty line is not translated: its translation is empty, and certain.
  if (line.source.is_empty()) answer.translations.push_back({"", 0, 0, source, {}, {}, {}, {}, {}});
  if (!line.source.is_empty() && found.empty()) answer.fault = kNoNextToken;
  for (const Hypothesis& hypothesis : found)
    answer.translations.push_back(translation(line, source, hypothesis, how));
  if (!found.empty()) {
    const Phrases required(line.request.guidance.required);
    answer.holds_constraints = required.are_held(required.progress(found.front().tokens));
  }
  return answer;
}

Translation Translator::Models::translation(const TranslationLine& line,
                                            const std::vector<std::string>& source,
                                            const Hypothesis& hypothesis,
                                            const LineSearchOptions& how) const {
  const int64_t columns = std::ssize(source);
  std::vector<std::string> tokens = translator_.tokens(line, hypothesis, how.replace_unknown);
  Translation translation{.text = translator_.text(tokens),
                          .score = hypothesis.score,
                          .log_probability = hypothesis.log_probability,
                          .source_tokens = source,
                          .target_tokens = std::move(tokens),
                          .attention = {},
                          .heads = {},
                          .energies = {},
                          .token_log_probabilities = hypothesis.token_log_probabilities};
  if (how.translator.keep_attention) {
    translation.attention = hypothesis.attention.mean(columns);
    translation.heads = heads_of(hypothesis.attention, columns);
    translation.energies = energies_of(hypothesis.attention, columns);
  }
  if (hypothesis.ended) translation.target_tokens.emplace_back(kEndSymbol);
  return translation;
}

}  // namespace alinea
