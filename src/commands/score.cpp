#include "commands/score.h"

#include <fmt/format.h>

#include <iostream>

#include "options/options.h"
#include "options/threads.h"
#include "reports/word_scores.h"
#include "search/scored_texts.h"
#include "support/unanswered.h"

namespace alinea {

void score_command(std::span<const std::string> arguments) {
  ScoredTextsOptions options;
  Options table("score",
                "Prints the log-probability and the number of tokens of given translations");
  options.visit(table);
  table.add("word-scores", options.keep_token_log_probabilities,
            "print the log-probability of each token too, </s> last, as: ||| WordScores= ...");
  if (!table.parse(arguments)) return;
  use_threads(options.threads);

  Unanswered unanswered("score");
  for_scored_lines(options, [&](const ScoredLines& pair) {
    const ScoredPair& result = pair.forward.result;
    if (pair.fault.empty()) {
      std::cout << fmt::format("{:.6f}\t{}", result.log_probability, result.tokens);
      if (options.keep_token_log_probabilities)
        std::cout << word_scores(result.token_log_probabilities);
    } else {
      unanswered.add(pair.sentence + 1, pair.fault);
    }
    std::cout << '\n';
  });
  unanswered.finish();
}

}  // namespace alinea
