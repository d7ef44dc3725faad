#include "alinea/write.h"

#include <cmath>
#include <utility>

#include "alinea/one_line.h"
#include "alinea/search_options_of.h"
#include "alinea/with_threads.h"
#include "ops/weight_product.h"
#include "search/prompt_search.h"
#include "search/scored_lines.h"
#include "support/unanswered.h"

namespace alinea {

namespace {

void check_sizes(int64_t batch_size, int64_t max_length = 1) {
  if (batch_size < 1 || max_length < 1)
    throw UsageError("the maximum length and the batch size must be at least 1, not {} and {}",
                     max_length, batch_size);
}

}  // namespace

class TextWriter::Model {
 public:
  Model(const std::filesystem::path& folder, const std::string& precision)
      : model_(load_causal(folder)) {
    model_.parameters().compute_in(ops::precision_from_name(precision));
  }

  std::vector<WritingAnswer> write(std::span<const std::string> given,
                                   const WritingOptions& options) const {
    check_sizes(options.batch_size, options.max_length);
    if (options.max_length > PromptSearch::kMostTokens)
      throw UsageError("the maximum length must be at most {}, not {}", PromptSearch::kMostTokens,
                       options.max_length);
    const TranslatorOptions how = {.search = search_options_of(options),
                                   .batch_size = options.batch_size};
    check(how.search);
    const PromptSearch search(model_, options.max_length);
    std::vector<Prompt> prompts;
    for (const std::string& text : given) {
      Prompt prompt{.fault = no_line(text, "the prompt")};
      prompts.push_back(prompt.fault.empty() ? search.read(text) : std::move(prompt));
    }
    const NBestLists found =
        with_threads(options.threads, [&] { return search.search(prompts, how, /*first=*/0); });
    std::vector<WritingAnswer> answers;
    for (size_t i = 0; i < prompts.size(); ++i) {
      WritingAnswer& answer = answers.emplace_back();
      answer.fault = prompts[i].fault;
      if (answer.fault.empty() && found[i].empty()) answer.fault = kNoNextToken;
      for (const Hypothesis& hypothesis : found[i])
        answer.texts.push_back(written(search, prompts[i], hypothesis));
    }
    return answers;
  }

  std::vector<ScoredText> score(std::span<const std::string> texts,
                                const TextScoreOptions& options) const {
    check_sizes(options.batch_size);
    std::vector<ScoredText> scored(texts.size());
    std::vector<std::vector<int32_t>> ids(texts.size());
    std::vector<SentencePair> lines;
    for (size_t i = 0; i < texts.size(); ++i) {
      scored[i].fault = no_line(texts[i], "the text");
      if (scored[i].fault.empty()) ids[i] = model_.language.encode(texts[i]);
      if (scored[i].fault.empty())
        scored[i].fault = beyond_positions_of(model_.network->options(), std::ssize(ids[i]));
      if (!scored[i].fault.empty()) ids[i].clear();
      lines.push_back({{}, ids[i], 0});
    }
    const std::vector<ScoredPair> results = with_threads(options.threads, [&] {
      return alinea::score(
          *model_.network, lines,
          {.batch_size = options.batch_size, .keep_token_log_probabilities = true});
    });
    for (size_t i = 0; i < texts.size(); ++i)
      if (scored[i].fault.empty()) finish(texts[i], results[i], scored[i]);
    return scored;
  }

 private:
  static WrittenText written(const PromptSearch& search, const Prompt& prompt,
                             const Hypothesis& hypothesis) {
    std::vector<std::string> tokens = search.tokens(prompt, hypothesis);
    WrittenText text{search.text(prompt, hypothesis), hypothesis.score, hypothesis.log_probability,
                     std::move(tokens), hypothesis.token_log_probabilities};
    if (hypothesis.ended) text.tokens.emplace_back(kEndSymbol);
    return text;
  }

  void finish(const std::string& text, const ScoredPair& result, ScoredText& scored) const {
    if (!std::isfinite(result.log_probability)) {
      scored.fault = kOverflow;
      return;
    }
    scored.log_probability = result.log_probability;
    scored.perplexity = std::exp(-result.log_probability / static_cast<double>(result.tokens));
    scored.tokens = model_.language.tokens(text);
    scored.tokens.emplace_back(kEndSymbol);
    scored.token_log_probabilities = result.token_log_probabilities;
  }

  LanguageModel model_;
};

TextWriter::TextWriter(const std::filesystem::path& model_folder, const std::string& precision)
    : model_(std::make_unique<Model>(model_folder, precision)) {}

TextWriter::TextWriter(TextWriter&&) noexcept = default;
TextWriter& TextWriter::operator=(TextWriter&&) noexcept = default;
TextWriter::~TextWriter() = default;

std::vector<WritingAnswer> TextWriter::write(std::span<const std::string> prompts,
                                             const WritingOptions& options) const {
  return model_->write(prompts, options);
}

std::vector<ScoredText> TextWriter::score(std::span<const std::string> texts,
                                          const TextScoreOptions& options) const {
  return model_->score(texts, options);
}

}  // namespace alinea
