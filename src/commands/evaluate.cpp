#include "commands/evaluate.h"

#include <filesystem>
#include <iostream>
#include <vector>

#include "commands/options.h"
#include "metrics/bleu.h"
#include "metrics/chrf.h"
#include "support/error.h"
#include "text/line_reader.h"

namespace alinea {
namespace {

std::vector<std::string> read_lines(const std::filesystem::path& path) {
  LineReader reader(path);
  std::vector<std::string> lines;
  for (std::string line; reader.next(line);) lines.push_back(line);
  return lines;
}

}  // namespace

void evaluate_command(std::span<const std::string> arguments) {
  std::filesystem::path hypotheses_path;
  std::filesystem::path references_path;
  std::string tokenize = "13a";
  Options options("evaluate", "Scores translations against references by BLEU and chrF");
  options.required("hypotheses", hypotheses_path, "file of translations, one a line")
      .required("references", references_path, "file of reference translations, one a line")
      .choice("tokenize", tokenize, {"none", "13a"}, "how BLEU finds the words");
  if (!options.parse(arguments)) return;

  const std::vector<std::string> hypotheses = read_lines(hypotheses_path);
  const std::vector<std::string> references = read_lines(references_path);
  if (hypotheses.size() != references.size()) {
    throw Error("expected as many lines in {} as in {}, got {} and {}", hypotheses_path.string(),
                references_path.string(), hypotheses.size(), references.size());
  }
  const auto tokenizer = tokenize == "13a" ? BleuTokenizer::k13a : BleuTokenizer::kNone;
  const Bleu bleu = corpus_bleu(hypotheses, references, tokenizer);
  const Chrf chrf = corpus_chrf(hypotheses, references);
  std::cout << bleu.to_string() << '\n'
            << bleu.signature() << '\n'
            << chrf.to_string() << '\n'
            << chrf.signature() << '\n';
}

}  // namespace alinea
