#include "commands/generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <limits>
#include <utility>
#include <vector>

#include "models/language_model.h"
#include "ops/weight_product.h"
#include "options/limits.h"
#include "options/options.h"
#include "options/threads.h"
#include "reports/word_scores.h"
#include "search/decoding_options.h"
#include "search/prompt_search.h"
#include "storage/input.h"
#include "support/counted.h"
#include "support/error.h"
#include "support/standard_output.h"
#include "support/unanswered.h"
#include "text/inputs_together.h"
#include "text/line_reader.h"

namespace alinea {

namespace {

struct GenerateOptions {
  std::filesystem::path model, prompts = kStandardStream;
  TranslatorOptions search;
  int64_t max_length = 100;
  bool n_best_list = false, word_scores = false;
  std::string precision = "f32";
  int64_t threads = 0;
};

void add_options(Options& table, GenerateOptions& o) {
  SearchOptions& search = o.search.search;
  table.required("model", o.model, "folder of a causal language model")
      .add("prompts", o.prompts,
           "text with a prompt on each line, which may be empty; - is standard input")
      .add("max-length", o.max_length, "maximum number of tokens behind a prompt")
      .range<int64_t>(1, PromptSearch::kMostTokens)
      .add("beam-size", search.beam_size, "size of the beam; 1 is greedy search")
      .range<int64_t>(1, 1000)
      .add("batch-size", o.search.batch_size, "prompts per batch")
      .range<int64_t>(1, kMostSentences)
      .add("length-penalty", search.length_penalty, "alpha of GNMT's length normalisation; 0: none")
      .range(0.0, kAnyNumber)
      .add("n-best", o.n_best_list,
           "print the --beam-size best texts, no two of them the same, as: id ||| text ||| score")
      .add("word-scores", o.word_scores,
           "print the log-probability of each token, </s> last, as: ||| WordScores= ...")
      .choice("precision", o.precision, ops::precision_names(),
              "precision of products with the model's weights")
      .add("threads", o.threads, "threads; 0: one per core")
      .range<int64_t>(0, kMostThreads);
  table.group("Rules");
  add_rules(table, search);
  add_sampling(table, search.sampling,
               "draw texts at random: --beam-size of them with --n-best, otherwise one");
}

class Generation {
 public:
  explicit Generation(const GenerateOptions& options)
      : options_(options), model_(load_causal(options.model)), search_(model_, options.max_length) {
    SearchOptions& search = options_.search.search;
    if (!options_.n_best_list && search.sampling.enabled) search.beam_size = 1;
    search.n_best = options_.n_best_list ? search.beam_size : 1;
    model_.parameters().compute_in(ops::precision_from_name(options_.precision));
  }

  void run(LineReader& input, int64_t together) {
    answer_lines(
        input,
        [this](const std::string& text, std::string fault) {
          prompts_.push_back(fault.empty() ? search_.read(text)
                                           : Prompt{.fault = std::move(fault)});
        },
        [&] { return std::ssize(prompts_) >= together; }, [this] { answer_waiting(); });
    say_what_was_cut();
    unanswered_.finish();
  }

 private:
  void answer_waiting() {
    const std::vector<Prompt> prompts = std::exchange(prompts_, {});
    const NBestLists texts =
        search_.search(prompts, options_.search, static_cast<uint64_t>(number_));
    for (size_t i = 0; i < prompts.size(); ++i) answer(prompts[i], texts[i]);
    flush_standard_output();
  }

  void answer(const Prompt& prompt, std::span<const Hypothesis> texts) {
    Hypothesis none{};
    if (texts.empty()) {
      unanswered_.add(number_ + 1, prompt.fault.empty() ? kNoNextToken : prompt.fault);
      none.score = -std::numeric_limits<double>::infinity();
      texts = std::span(&none, 1);
    }
    for (const Hypothesis& hypothesis : texts) {
      note_cut(prompt, hypothesis);
      if (options_.n_best_list) std::cout << number_ << " ||| ";
      std::cout << search_.text(prompt, hypothesis);
      if (options_.word_scores) std::cout << word_scores(hypothesis.token_log_probabilities);
      if (options_.n_best_list) std::cout << fmt::format(" ||| {:.6f}", hypothesis.score);
      std::cout << '\n';
    }
    ++number_;
  }

  void note_cut(const Prompt& prompt, const Hypothesis& hypothesis) {
    if (search_.is_cut(prompt, hypothesis) && cut_++ == 0) first_cut_ = number_ + 1;
  }

  void say_what_was_cut() const {
    if (cut_ == 0) return;
    std::cerr << fmt::format(
        "{} cut at the {} positions that the model has learned, before --max-length, the first in "
        "line {}\n",
        counted(cut_, "text"), *model_.network->options().most_words(), first_cut_);
  }

  GenerateOptions options_;
  LanguageModel model_;
  PromptSearch search_;
  Unanswered unanswered_{"text"};
  std::vector<Prompt> prompts_;
  int64_t number_ = 0;               // of prompts answered
  int64_t cut_ = 0, first_cut_ = 0;  // texts, and the line of the first one
};

}  // namespace

void generate_command(std::span<const std::string> arguments) {
  GenerateOptions options;
  Options table("generate", "Writes what a language model says behind each prompt");
  add_options(table, options);
  if (!table.parse(arguments)) return;
  const SearchOptions& search = options.search.search;
  if (search.sampling.enabled && table.given("beam-size") && !options.n_best_list)
    throw UsageError("--beam-size is the number of samples with --sampling: it requires --n-best");
  use_threads(options.threads);
  LineReader input(options.prompts);
  Generation(options).run(input, inputs_together(options.prompts, options.search.batch_size));
}

}  // namespace alinea
