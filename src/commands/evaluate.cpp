#include "commands/evaluate.h"

#include <filesystem>
#include <iostream>
#include <vector>

#include "metrics/alignment_error.h"
#include "metrics/bleu.h"
#include "metrics/chrf.h"
#include "options/options.h"
#include "support/error.h"
#include "text/line_reader.h"
#include "text/unicode.h"

namespace alinea {
namespace {

struct EvaluateOptions {
  std::filesystem::path hypotheses, references;
  std::string tokenize = "13a";
  bool lowercase = false;
  std::filesystem::path alignments, gold;
  std::string gold_format = "pharaoh";
  int64_t first_index = 0;
};

void add_options(Options& table, EvaluateOptions& o) {
  table.group("Translations")
      .add("hypotheses", o.hypotheses, "file of translations, one per line")
      .add("references", o.references, "file of reference translations, one per line")
      .choice("tokenize", o.tokenize, {"none", "13a"}, "tokenisation for BLEU")
      .add("lowercase", o.lowercase, "compare all text in lower case")
      .group("Alignments")
      .add("alignments", o.alignments, "file of i-j links, one line per sentence, counted from 0")
      .add("gold", o.gold, "gold links: sure i-j and possible i?j")
      .choice(
          "gold-format", o.gold_format, {"pharaoh", "naacl"},
          "pharaoh: one line per sentence; naacl: one line 'sentence source target [S|P]' per link")
      .add("first-index", o.first_index, "number of the first word in the gold links")
      .range<int64_t>(0, 1);
}

// Both or none of the two files of a comparison.
bool wanted(const Options& table, const char* first, const char* second) {
  if (table.given(first) != table.given(second))
    throw UsageError("--{} and --{} require each other: give both", first, second);
  return table.given(first);
}

std::vector<std::string> read_text(const std::filesystem::path& path, bool lowercase) {
  std::vector<std::string> lines = read_lines(path);
  if (lowercase)
    for (std::string& line : lines) line = to_lower(line);
  return lines;
}

void print_translation_scores(const EvaluateOptions& options) {
  const std::vector<std::string> hypotheses = read_text(options.hypotheses, options.lowercase);
  const std::vector<std::string> references = read_text(options.references, options.lowercase);
  if (hypotheses.size() != references.size())
    throw Error("expected as many lines in {} as in {}, got {} and {}", options.hypotheses.string(),
                options.references.string(), hypotheses.size(), references.size());
  const auto tokenizer = options.tokenize == "13a" ? BleuTokenizer::k13a : BleuTokenizer::kNone;
  Bleu bleu = corpus_bleu(hypotheses, references, tokenizer);
  Chrf chrf = corpus_chrf(hypotheses, references);
  bleu.lowercase = chrf.lowercase = options.lowercase;
  std::cout << bleu.to_string() << '\n'
            << bleu.signature() << '\n'
            << chrf.to_string() << '\n'
            << chrf.signature() << '\n';
}

void print_alignment_error(const EvaluateOptions& options) {
  const LinkFormat format{options.first_index, options.gold_format == "naacl"};
  const std::vector<Links> found = read_links(options.alignments);
  std::vector<GoldLinks> gold = read_gold(options.gold, format);
  // NAACL's form does not say where sentences without any link end.
  if (format.naacl && gold.size() < found.size()) gold.resize(found.size());
  if (found.size() != gold.size())
    throw Error("expected as many lines in {} as in {}, got {} and {}", options.alignments.string(),
                options.gold.string(), found.size(), gold.size());
  std::cout << alignment_error(found, gold).to_string() << '\n';
}

}  // namespace

void evaluate_command(std::span<const std::string> arguments) {
  EvaluateOptions options;
  Options table(
      "evaluate",
      "Scores translations with BLEU and chrF, and alignments with the alignment error rate");
  add_options(table, options);
  if (!table.parse(arguments)) return;
  const bool translations = wanted(table, "hypotheses", "references");
  const bool alignments = wanted(table, "alignments", "gold");
  if (!translations && !alignments)
    throw UsageError("expected --hypotheses and --references, or --alignments and --gold");
  if (translations) print_translation_scores(options);
  if (alignments) print_alignment_error(options);
}

}  // namespace alinea
