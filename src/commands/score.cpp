#include "commands/score.h"

#include <fmt/format.h>

#include <iostream>

#include "commands/forced_pairs.h"
#include "commands/threads.h"
#include "options/options.h"

namespace alinea {

void score_command(std::span<const std::string> arguments) {
  ForcedPairsOptions options;
  Options table("score",
                "Prints the log-probability and the number of tokens of given translations");
  add_forced_pairs(table, options);
  if (!table.parse(arguments)) return;
  use_threads(options.threads);

  for_forced_pairs(options, [](const ForcedPair& pair) {
    std::cout << fmt::format("{:.6f}\t{}\n", pair.forward.result.log_probability,
                             pair.forward.result.tokens);
  });
}

}  // namespace alinea
