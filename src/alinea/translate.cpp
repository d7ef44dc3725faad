#include "alinea/translate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <utility>

#include "alinea/attention_tensor.h"
#include "alinea/one_line.h"
#include "alinea/with_threads.h"
#include "reports/link_extraction.h"
#include "reports/make_alignment.h"
#include "search/line_translator.h"
#include "search/phrases.h"
#include "search/translator.h"
#include "support/error.h"
#include "support/unanswered.h"

namespace alinea {

namespace {

LineSearchOptions line_search_options(const TranslationOptions& options) {
  LineSearchOptions how;
  how.max_length = options.max_length;
  how.replace_unknown = options.replace_unknown;
  how.translator.batch_size = options.batch_size;
  how.translator.keep_attention = options.keep_attention;
  how.translator.attention_reach = options.decoding_window;
  how.translator.search = {.beam_size = options.beam_size,
                           .n_best = options.sampling ? options.beam_size : options.n_best,
                           .length_penalty = options.length_penalty,
                           .coverage_penalty = options.coverage_penalty,
                           .max_length_factor = options.max_length_factor,
                           .min_length = options.min_length,
                           .max_target_length = options.max_target_length,
                           .allow_unknown = options.allow_unknown,
                           .no_repeat_ngram_size = options.no_repeat_ngram_size,
                           .repetition_penalty = options.repetition_penalty,
                           .sampling = {.enabled = options.sampling,
                                        .temperature = options.temperature,
                                        .top_k = options.top_k,
                                        .top_p = options.top_p,
                                        .seed = options.seed}};
  return how;
}

LineTranslatorOptions translator_options(const LoadOptions& load) {
  return {.weights = load.weights,
          .precision = load.precision,
          .hard = {load.hard_attention, load.hard_attention_seed},
          .shortlist = load.shortlist,
          .shortlisted = {load.shortlist_first, load.shortlist_best},
          .dictionary = load.dictionary};
}

// What can be refused before anything is read.
std::span<const std::filesystem::path> checked(std::span<const std::filesystem::path> folders,
                                               const TranslationOptions& options) {
  if (folders.empty()) throw UsageError("expected at least one model folder, got none");
  check(line_search_options(options).translator.search);
  return folders;
}

}  // namespace

class Translator::Models {
 public:
  Models(std::span<const std::filesystem::path> folders, const TranslationOptions& given,
         const LoadOptions& load)
      : options(given), translator_(checked(folders, given), translator_options(load)) {
    translator_.check(line_search_options(given));
  }

  std::vector<TranslationAnswer> answer(std::span<const TranslationRequest> requests,
                                        const TranslationOptions& given,
                                        const TranslationCallbacks& callbacks) {
    LineSearchOptions how = line_search_options(given);
    how.translator.keep_attention = given.keep_attention && has_attention();
    translator_.check(how);
    std::vector<TranslationLine> lines(requests.size());
    for (size_t i = 0; i < requests.size(); ++i) lines[i] = read(i, requests[i], given);
    watch(lines, callbacks, how);
    const NBestLists found = with_threads(given.threads, [&] {
      try {
        Group alone;
        return translator_.search(lines, how, alone);
      } catch (const SearchCancelled&) {
        throw Cancelled("the translation was cancelled");
      }
    });
    std::vector<TranslationAnswer> answers;
    for (size_t i = 0; i < lines.size(); ++i)
      answers.push_back(make_answer(lines[i], found[i], how));
    return answers;
  }

  std::vector<ScoredTranslation> score(std::span<const Pair> pairs,
                                       const TranslationScoreOptions& given) {
    const AttentionOf of = attention_of_name(given.attention_of);
    check_reading(given, of);
    std::vector<TranslationLine> lines(pairs.size());
    std::vector<std::vector<int32_t>> targets(pairs.size());
    std::vector<SentencePair> all;
    for (size_t i = 0; i < pairs.size(); ++i) {
      lines[i].fault = no_line(pairs[i].second, "the target");
      if (lines[i].fault.empty()) read_source(pairs[i].first, kNoCut, lines[i]);
      if (lines[i].fault.empty())
        targets[i] = translator_.languages().target.encode(pairs[i].second);
      all.push_back(lines[i].fault.empty() ? lines[i].source.pair() : SentencePair{});
      all.back().target = targets[i];
    }
    const std::vector<ScoredPair> results = with_threads(given.threads, [&] {
      return alinea::score(network(), all,
                           {.batch_size = given.batch_size,
                            .keep_attention = given.keep_attention,
                            .keep_token_log_probabilities = true,
                            .attention_of = of});
    });
    std::vector<ScoredTranslation> scored;
    for (size_t i = 0; i < pairs.size(); ++i)
      scored.push_back(make_score(lines[i], pairs[i].second, results[i], of));
    return scored;
  }

  bool has_attention() const {
    for (const TranslationModel& model : translator_.models().models)
      if (!model.network->options().has_attention()) return false;
    return true;
  }

  const TranslationOptions options;

 private:
  static constexpr int64_t kNoCut = std::numeric_limits<int64_t>::max();

  const EncoderDecoder& network() const { return *translator_.models().models.front().network; }

  void check_reading(const TranslationScoreOptions& given, AttentionOf of) const {
    if (given.batch_size < 1)
      throw UsageError("the batch size must be at least 1, not {}", given.batch_size);
    if (translator_.models().models.size() > 1)
      throw UsageError("a translation is scored by a single model, not by an ensemble of {}",
                       translator_.models().models.size());
    if (given.keep_attention && !network().options().has_attention(of))
      throw Error("the model in {} has no attention that is called {:?}",
                  translator_.models().folders.front().string(), given.attention_of);
  }

  void read_source(const std::string& text, int64_t max_length, TranslationLine& line) {
    line.fault = no_line(text, "the source");
    if (!line.fault.empty()) return;
    const std::lock_guard lock(reading_);
    translator_.read(text, max_length, line);
  }

  TranslationLine read(size_t number, const TranslationRequest& request,
                       const TranslationOptions& given) {
    TranslationLine line;
    read_source(request.text, given.max_length, line);
    line.request.guidance.number = number;
    if (line.fault.empty()) line.fault = no_line(request.prefix, "a prefix");
    if (line.fault.empty() && given.sampling && !request.constraints.empty())
      line.fault = "constraints cannot be met by sampling: leave out one of them";
    if (!line.fault.empty()) return line;
    const Language& target = translator_.languages().target;
    line.request.prefix = target.tokens(request.prefix);
    line.request.guidance.prefix = target.encode(request.prefix);
    for (const std::string& phrase : request.constraints)
      if (line.fault.empty())
        add_phrase(phrase, "a constraint", line.request.guidance.required, line.fault);
    // What has an unknown token cannot be said, so that it need not be avoided either.
    std::string ignored;
    for (const std::string& phrase : request.avoid)
      add_phrase(phrase, "a phrase to avoid", line.request.guidance.avoided, ignored);
    return line;
  }

  void add_phrase(const std::string& phrase, std::string_view what,
                  std::vector<Guidance::Phrase>& phrases, std::string& fault) const {
    fault = no_line(phrase, what);
    if (!fault.empty()) return;
    Guidance::Phrase ids = translator_.languages().target.encode(phrase);
    const bool is_known = std::ranges::find(ids, kUnknown) == ids.end();
    if (ids.empty()) {
      fault = fmt::format("{} is empty", what);
    } else if (!is_known) {
      fault = fmt::format("{}, {:?}, has tokens that are not in the model's target vocabulary",
                          what, phrase);
    } else {
      phrases.push_back(std::move(ids));
    }
  }

  // The callbacks of one call are called by one thread at a time.
  void watch(std::span<const TranslationLine> lines, const TranslationCallbacks& callbacks,
             LineSearchOptions& how) {
    const auto turn = std::make_shared<std::mutex>();
    if (callbacks.is_cancelled)
      how.translator.watch.is_cancelled = [turn, &callbacks] {
        const std::lock_guard lock(*turn);
        return callbacks.is_cancelled();
      };
    if (callbacks.on_token)
      how.translator.watch.on_step = [this, turn, lines, &callbacks](
                                         int64_t i, std::span<const int32_t> tokens) {
        Hypothesis begun{};
        begun.tokens.assign(tokens.begin(), tokens.end());
        const auto place = static_cast<size_t>(i);
        const std::string text = translator_.text(lines[place], begun, /*replace_unknown=*/false);
        const std::lock_guard lock(*turn);
        callbacks.on_token(place, text);
      };
  }

  std::vector<std::string> source_tokens(const TranslationLine& line) const {
    std::vector<std::string> tokens = line.source.tokens;
    if (!translator_.languages().has_features) tokens.emplace_back(kEndSymbol);
    return tokens;
  }

  TranslationAnswer make_answer(const TranslationLine& line, const std::vector<Hypothesis>& found,
                                const LineSearchOptions& how) const {
    TranslationAnswer answer{.fault = line.fault, .source_length = line.source.length};
    if (!answer.fault.empty()) return answer;
    const std::vector<std::string> source = source_tokens(line);
    // An empty line is not translated: its translation is empty, and certain.
    if (line.source.is_empty()) answer.translations.push_back({"", 0, 0, source, {}, {}, {}, {}});
    if (!line.source.is_empty() && found.empty()) answer.fault = kNoNextToken;
    for (const Hypothesis& hypothesis : found)
      answer.translations.push_back(translation(line, source, hypothesis, how));
    if (!found.empty()) {
      const Phrases required(line.request.guidance.required);
      answer.holds_constraints = required.are_held(required.progress(found.front().tokens));
    }
    return answer;
  }

  Translation translation(const TranslationLine& line, const std::vector<std::string>& source,
                          const Hypothesis& hypothesis, const LineSearchOptions& how) const {
    const int64_t columns = std::ssize(source);
    Translation translation{
        .text = translator_.text(line, hypothesis, how.replace_unknown),
        .score = hypothesis.score,
        .log_probability = hypothesis.log_probability,
        .source_tokens = source,
        .target_tokens = translator_.tokens(line, hypothesis, how.replace_unknown),
        .attention = {},
        .heads = {},
        .token_log_probabilities = hypothesis.token_log_probabilities};
    if (how.translator.keep_attention) {
      translation.attention = hypothesis.attention.mean(columns);
      translation.heads = heads_of(hypothesis.attention, columns);
    }
    if (hypothesis.ended) translation.target_tokens.emplace_back(kEndSymbol);
    return translation;
  }

  ScoredTranslation make_score(const TranslationLine& line, const std::string& target,
                               const ScoredPair& result, AttentionOf of) const {
    ScoredTranslation scored;
    scored.fault = line.fault;
    if (scored.fault.empty() && !std::isfinite(result.log_probability)) scored.fault = kOverflow;
    if (!scored.fault.empty()) return scored;
    scored.log_probability = result.log_probability;
    scored.token_log_probabilities = result.token_log_probabilities;
    scored.source_tokens = source_tokens(line);
    scored.target_tokens = translator_.languages().target.tokens(target);
    if (!result.attention.empty()) {
      const Alignment alignment = make_alignment(
          0, {network().options(), line.source.tokens, scored.target_tokens, result.attention}, of);
      if (of == AttentionOf::kCross && !translator_.languages().has_features)
        for (const Link& link : extract_links(alignment))
          scored.links.emplace_back(link.source, link.target);
      scored.rows = alignment.target;
      scored.columns = alignment.source;
      scored.attention = alignment.weights;
      scored.heads = heads_of(result.attention, std::ssize(alignment.source));
    }
    scored.target_tokens.emplace_back(kEndSymbol);
    return scored;
  }

  LineTranslator translator_;
  std::mutex reading_;  // of sources: files of features are kept open
};

Translator::Translator(const std::filesystem::path& model_folder, const TranslationOptions& options,
                       const LoadOptions& load)
    : Translator(std::span(&model_folder, 1), options, load) {}

Translator::Translator(std::span<const std::filesystem::path> model_folders,
                       const TranslationOptions& options, const LoadOptions& load)
    : models_(std::make_unique<Models>(model_folders, options, load)) {}

Translator::Translator(Translator&&) noexcept = default;
Translator& Translator::operator=(Translator&&) noexcept = default;
Translator::~Translator() = default;

std::string Translator::translate(std::string_view line) const {
  return translate_all(std::vector<std::string>{std::string(line)}).front();
}

namespace {

std::vector<TranslationRequest> requests_of(std::span<const std::string> lines) {
  std::vector<TranslationRequest> requests;
  for (const std::string& line : lines) requests.push_back({line});
  return requests;
}

// A line without a translation for other reasons than the search's is no answer.
void check_faults(std::span<const TranslationAnswer> answers) {
  for (const TranslationAnswer& answer : answers)
    if (!answer.fault.empty() && answer.fault != kNoNextToken) throw Error(answer.fault);
}

}  // namespace

std::vector<std::string> Translator::translate_all(std::span<const std::string> lines) const {
  TranslationOptions best = options();
  best.n_best = 1;
  best.keep_attention = false;
  std::vector<TranslationAnswer> answers = answer(requests_of(lines), best);
  check_faults(answers);
  std::vector<std::string> texts;
  for (TranslationAnswer& answer : answers)
    texts.push_back(answer.translations.empty() ? std::string()
                                                : std::move(answer.translations.front().text));
  return texts;
}

std::vector<std::vector<Translation>> Translator::n_best(std::span<const std::string> lines,
                                                         int64_t n) const {
  TranslationOptions all = options();
  all.n_best = n;
  all.keep_attention = true;
  std::vector<TranslationAnswer> answers = answer(requests_of(lines), all);
  check_faults(answers);
  std::vector<std::vector<Translation>> lists;
  for (TranslationAnswer& answer : answers) lists.push_back(std::move(answer.translations));
  return lists;
}

std::vector<TranslationAnswer> Translator::answer(std::span<const TranslationRequest> requests,
                                                  const TranslationOptions& options,
                                                  const TranslationCallbacks& callbacks) const {
  return models_->answer(requests, options, callbacks);
}

std::vector<ScoredTranslation> Translator::score(std::span<const Pair> pairs,
                                                 const TranslationScoreOptions& options) const {
  return models_->score(pairs, options);
}

const TranslationOptions& Translator::options() const { return models_->options; }

bool Translator::has_attention() const { return models_->has_attention(); }

}  // namespace alinea
