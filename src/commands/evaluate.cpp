#include "commands/evaluate.h"

#include "commands/evaluations.h"
#include "metrics/bleu_tokenizer.h"
#include "options/limits.h"
#include "options/options.h"
#include "support/error.h"

namespace alinea {
namespace {

void add_options(Options& table, EvaluateOptions& o) {
  table.group("Translations")
      .add("hypotheses", o.hypotheses, "file of translations, one per line")
      .add("references", o.references,
           "file of reference translations, one per line; may be given several times, for several "
           "references of each sentence")
      .choice("tokenize", o.tokenize, bleu_tokenizer_names(), "what BLEU takes for words")
      .needs("references")
      .add("lowercase", o.lowercase, "compare all text in lower case")
      .needs("references")
      .add("error-rates", o.error_rates,
           "print word and character error rate and how many lines are exactly right, in the place "
           "of BLEU and chrF")
      .needs("references")
      .add("error-alignment", o.error_alignment,
           "CSV file with the words of each line beside those of its reference: correct, "
           "substituted, deleted or inserted")
      .output()
      .needs("error-rates")
      .add("rouge", o.rouge, "score summaries, by ROUGE-1, ROUGE-2 and ROUGE-L")
      .add("stem", o.stem, "compare stems of English words, by Porter's algorithm")
      .needs("rouge")
      .add("max-words", o.max_words, "compare this many words of a summary; 0: all")
      .range<int64_t>(0, kNoLimit)
      .needs("rouge")
      .add("max-bytes", o.max_bytes, "compare this many bytes of a summary; 0: all")
      .range<int64_t>(0, kNoLimit)
      .needs("rouge")
      .add("script-path", o.script.path,
           "program that is given the path of --hypotheses and prints a score")
      .add("script-timeout", o.script.timeout, "seconds after which that program is killed")
      .range<int64_t>(1, kMostSeconds)
      .group("Alignments")
      .add("alignments", o.alignments, "file of i-j links, one line per sentence, counted from 0")
      .add("gold", o.gold, "gold links: sure i-j and possible i?j or ipj")
      .choice("gold-format", o.gold_format, {"pharaoh", "naacl"},
              "pharaoh: one line per sentence; naacl: one line 'sentence source target [S|P]' per "
              "link")
      .needs("gold")
      .add("first-index", o.format.first_index,
           "number of the first word in the gold links; the default for naacl is 1")
      .range<int64_t>(0, 1)
      .needs("gold")
      .add("source", o.source,
           "source sentences of the links: prints the error by words, length and distance, too")
      .needs("alignments")
      .add("target", o.target, "their target sentences")
      .needs("source")
      .add("training-source", o.training_source,
           "text whose words are counted to tell frequent from rare ones; the default is --source")
      .needs("source")
      .add("training-target", o.training_target, "the same for the target; the default is --target")
      .needs("source")
      .group("Tags")
      .add("tagged", o.tagged,
           "file of words with gold tags and tags that were given, as conlleval reads it")
      .choice("form", o.tagged_form.form, tagged_form_names(),
              "columns: a word a line, and an empty line between sentences; lines: a sentence a "
              "line, its words and its tags between tabs")
      .needs("tagged")
      .add("gold-column", o.gold_column,
           "number of the column with the gold tags; 0: the last but one")
      .range<int64_t>(0, kMostColumns)
      .needs("tagged")
      .add("tag-column", o.tagged_form.tag_column,
           "number of the column with the tags that were given; 0: the last one")
      .range<int64_t>(0, kMostColumns)
      .needs("tagged")
      .group("Stories")
      .add("attention", o.attention,
           "table of answer --attention: prints how much of the questions' attention lies on the "
           "lines that support the answers")
      .add("stories", o.stories, "the stories with questions, answers and supporting lines");
}

// What is wanted of two files that are compared: both, or none.
bool wanted(const Options& table, const char* first, const char* second) {
  if (table.given(first) != table.given(second))
    throw UsageError("--{} and --{} require each other: give both", first, second);
  return table.given(first);
}

}  // namespace

void evaluate_command(std::span<const std::string> arguments) {
  EvaluateOptions options;
  Options table("evaluate",
                "Scores translations by BLEU, chrF, error rates and other programs, summaries by "
                "ROUGE, alignments by alignment error rate, tags by accuracy and F1 of spans, and "
                "attention to stories by the lines that support the answers");
  add_options(table, options);
  if (!table.parse(arguments)) return;
  options.format.naacl = options.gold_format == "naacl";
  if (options.format.naacl && !table.given("first-index")) options.format.first_index = 1;
  const bool script = table.given("script-path");
  if (script && !table.given("hypotheses"))
    throw UsageError("--script-path requires translations: give them with --hypotheses");
  if (!script && table.given("script-timeout"))
    throw UsageError("--script-timeout requires a program: give it with --script-path");
  const bool translations =
      script && !table.given("references") ? false : wanted(table, "hypotheses", "references");
  const bool alignments = wanted(table, "alignments", "gold");
  wanted(table, "source", "target");
  const bool tags = table.given("tagged");
  const bool stories = wanted(table, "attention", "stories");
  if (options.rouge && !translations)
    throw UsageError(
        "--rouge requires summaries and references: give --hypotheses and --references");
  if (!script && !translations && !alignments && !tags && !stories)
    throw UsageError(
        "expected --hypotheses and --references, --alignments and --gold, --tagged, or --attention "
        "and --stories");
  if (options.rouge && options.error_rates)
    throw UsageError("--rouge and --error-rates both take the place of BLEU: give one of them");
  if ((options.rouge || options.error_rates) && table.given("tokenize"))
    throw UsageError(
        "--tokenize is what BLEU takes for words, and --{} has words of its own: leave it out",
        options.rouge ? "rouge" : "error-rates");
  if (translations) {
    (options.rouge ? print_summary_scores : print_translation_scores)(options);
  }
  if (script) print_script_score(options);
  if (alignments) print_alignment_error(options);
  if (tags) print_tag_scores(options);
  if (stories) print_support(options);
}

}  // namespace alinea
