#include "commands/tokenize.h"

#include <fmt/ranges.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <iostream>

#include "models/translation_model.h"
#include "options/options.h"
#include "storage/input.h"
#include "support/error.h"
#include "support/standard_output.h"
#include "support/unanswered.h"
#include "text/language.h"
#include "text/line_reader.h"

namespace alinea {

namespace {

struct TokenizeOptions {
  std::filesystem::path model;
  std::string side = "source";
};

void add_options(Options& table, TokenizeOptions& o) {
  table.required("model", o.model, "model folder")
      .choice("side", o.side, {"source", "target"}, "whose text it is");
}

// At a terminal every line is answered at once.
void tokenize_lines(const Language& language, LineReader& input) {
  const bool at_terminal = isatty(STDIN_FILENO) == 1;
  Unanswered unanswered("tokens");
  for (std::string line, fault; input.next(line, fault);) {
    if (fault.empty()) {
      std::cout << fmt::format("{}", fmt::join(language.tokens(line), " "));
    } else {
      unanswered.add(input.line_number(), fault);
    }
    std::cout << '\n';
    if (at_terminal) std::cout.flush();
    check_standard_output();
  }
  unanswered.finish();
}

}  // namespace

void tokenize_command(std::span<const std::string> arguments) {
  TokenizeOptions options;
  Options table("tokenize",
                "Prints the tokens that a translation model reads, separated by spaces");
  add_options(table, options);
  if (!table.parse(arguments)) return;
  const ModelFolder folder(options.model);
  if (options.side == "source" && reads_features(folder))
    throw UsageError(
        "--side source requires a source of words, but the model in {} reads features: give --side "
        "target",
        options.model.string());
  const Language language = Language::load(folder.path(), options.side, text_options(folder));
  LineReader input(kStandardStream);
  tokenize_lines(language, input);
}

}  // namespace alinea
