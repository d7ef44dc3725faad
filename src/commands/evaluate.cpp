#include "commands/evaluate.h"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <vector>

#include "metrics/alignment_breakdown.h"
#include "metrics/alignment_error.h"
#include "metrics/bleu.h"
#include "metrics/chrf.h"
#include "metrics/edit_distance.h"
#include "metrics/rouge.h"
#include "metrics/script.h"
#include "metrics/spans.h"
#include "metrics/supporting_lines.h"
#include "options/limits.h"
#include "options/options.h"
#include "support/error.h"
#include "support/program_output.h"
#include "text/line_reader.h"
#include "text/story_text.h"
#include "text/tagged_text.h"
#include "text/unicode.h"

namespace alinea {
namespace {

struct EvaluateOptions {
  std::filesystem::path hypotheses;
  Paths references;
  std::string tokenize = "13a";
  bool lowercase = false;
  bool error_rates = false;
  bool rouge = false, stem = false;
  int64_t max_words = 0, max_bytes = 0;  // of a summary; 0: all
  ScriptOptions script;
  std::filesystem::path alignments, gold;
  LinkFormat format;
  std::filesystem::path source, target, training_source, training_target;
  std::string gold_format = "pharaoh";
  std::filesystem::path tagged;
  TaggedForm tagged_form;
  int64_t gold_column = 0;
  std::filesystem::path attention, stories;
};

void add_options(Options& table, EvaluateOptions& o) {
  table.group("Translations")
      .add("hypotheses", o.hypotheses, "file of translations, one per line")
      .add("references", o.references,
           "file of reference translations, one per line; may be given several times, for several "
           "references of each sentence")
      .choice("tokenize", o.tokenize, bleu_tokenizer_names(), "what BLEU takes for words")
      .add("lowercase", o.lowercase, "compare all text in lower case")
      .add("error-rates", o.error_rates,
           "print word and character error rate and how many lines are exactly right, in the place "
           "of BLEU and chrF")
      .needs("references")
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
      .add("first-index", o.format.first_index,
           "number of the first word in the gold links; the default for naacl is 1")
      .range<int64_t>(0, 1)
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

std::vector<std::string> read_text(const std::filesystem::path& path, bool lowercase) {
  std::vector<std::string> lines = read_lines(path);
  if (lowercase)
    for (std::string& line : lines) line = to_lower(line);
  return lines;
}

References read_references(const EvaluateOptions& options, size_t hypotheses) {
  References references;
  for (const std::filesystem::path& path : options.references) {
    references.push_back(read_text(path, options.lowercase));
    if (references.back().size() != hypotheses)
      throw Error("expected as many lines in {} as in {}, got {} and {}", path.string(),
                  options.hypotheses.string(), references.back().size(), hypotheses);
  }
  return references;
}

void warn_of_tokenizer(BleuTokenizer tokenizer, const References& references) {
  const std::string objection = objection_to(tokenizer, references);
  if (objection.empty()) return;
  const BleuTokenizer suited = suited_tokenizer(references);
  std::cerr << fmt::format("warning: BLEU by {} {}: {}look at chrF2\n", name_of(tokenizer),
                           objection,
                           suited == tokenizer || suited == BleuTokenizer::k13a
                               ? std::string()
                               : fmt::format("give --tokenize {}, or ", name_of(suited)));
}

void print_translation_scores(const EvaluateOptions& options) {
  const std::vector<std::string> hypotheses = read_text(options.hypotheses, options.lowercase);
  const References references = read_references(options, hypotheses.size());
  if (options.error_rates) {
    std::cout << error_rates(hypotheses, references).to_string() << '\n';
    return;
  }
  const BleuTokenizer tokenizer = bleu_tokenizer_from_name(options.tokenize);
  Bleu bleu = corpus_bleu(hypotheses, references, tokenizer);
  Chrf chrf = corpus_chrf(hypotheses, references);
  bleu.lowercase = chrf.lowercase = options.lowercase;
  warn_of_tokenizer(tokenizer, references);
  std::cout << bleu.to_string() << '\n'
            << bleu.signature() << '\n'
            << chrf.to_string() << '\n'
            << chrf.signature() << '\n';
}

// The beginning of a summary, as DUC's rules and the options -l and -b of ROUGE-1.5.5 have it. No
// character is cut in two.
void cut(const EvaluateOptions& options, std::string& summary) {
  constexpr const char* kSpaces = " \t";
  size_t end = 0;
  for (int64_t words = 0; words < options.max_words && end != std::string::npos; ++words)
    end = summary.find_first_of(kSpaces, summary.find_first_not_of(kSpaces, end));
  if (options.max_words > 0 && end != std::string::npos) summary.resize(end);
  auto bytes = static_cast<size_t>(options.max_bytes);
  if (bytes == 0 || summary.size() <= bytes) return;
  while (bytes > 0 && (static_cast<uint8_t>(summary[bytes]) & 0xC0U) == 0x80U) --bytes;
  summary.resize(bytes);
}

void print_summary_scores(const EvaluateOptions& options) {
  std::vector<std::string> summaries = read_text(options.hypotheses, options.lowercase);
  for (std::string& summary : summaries) cut(options, summary);
  const References references = read_references(options, summaries.size());
  const Rouge rouge =
      corpus_rouge(summaries, references, options.stem ? Stems::kPorter : Stems::kNo);
  std::cout << rouge.to_string() << '\n' << rouge.signature() << '\n';
}

void print_script_score(const EvaluateOptions& options) {
  check_program(options.script.path);
  std::cout << fmt::format("{} = {}\n", options.script.path.filename().string(),
                           script_score(options.script, options.hypotheses));
}

// Numbers that count words from the other end are no error in a file of links: all that shows it is
// what the links of the two files have in common.
void warn_of_index(const EvaluateOptions& options, std::span<const GoldLinks> gold,
                   std::span<const Links> found) {
  if (options.format.first_index == 0 && look_counted_from_1(gold, found))
    std::cerr << fmt::format(
        "warning: no gold link in {} has a word 0, while those in {} do: if the gold links count "
        "words from 1, give --first-index 1\n",
        options.gold.string(), options.alignments.string());
}

// Words are counted in the training text, where there is one.
WordClasses word_classes(const std::filesystem::path& training, std::span<const std::string> text) {
  return training.empty() ? WordClasses(text) : WordClasses(read_lines(training));
}

// Nothing where no text is given.
std::vector<AlignmentGroup> breakdown(const EvaluateOptions& options, std::span<const Links> found,
                                      std::span<const GoldLinks> gold) {
  if (options.source.empty()) return {};
  const std::vector<std::string> source = read_lines(options.source),
                                 target = read_lines(options.target);
  const WordClasses source_classes = word_classes(options.training_source, source),
                    target_classes = word_classes(options.training_target, target);
  try {
    return alignment_breakdown(found, gold, {source, target, source_classes, target_classes});
  } catch (const Error& error) {
    throw Error("{}, {} and {}: {}", options.source.string(), options.target.string(),
                options.alignments.string(), error.what());
  }
}

void print_alignment_error(const EvaluateOptions& options) {
  const std::vector<Links> found = read_links(options.alignments);
  const Gold gold = read_gold(options.gold, options.format, std::ssize(found));
  if (found.size() != gold.sentences.size())
    throw Error("expected as many lines in {} as in {}, got {} and {}", options.alignments.string(),
                options.gold.string(), found.size(), gold.sentences.size());
  if (gold.null_links > 0)
    std::cerr << fmt::format("{}: left out {} links with position 0, which stands for NULL\n",
                             options.gold.string(), gold.null_links);
  warn_of_index(options, gold.sentences, found);
  const std::vector<AlignmentGroup> groups = breakdown(options, found, gold.sentences);
  std::cout << alignment_error(found, gold.sentences).to_string() << '\n';
  for (const AlignmentGroup& group : groups)
    std::cout << fmt::format("{:16}  {}\n", group.name, group.error.to_string());
}

// A column by its number from 1; 0: that so many before the end.
const std::vector<std::string>& tags_in(const TableSentence& sentence, int64_t number,
                                        int64_t from_end) {
  const int64_t columns = std::ssize(sentence.columns);
  const int64_t place = number == 0 ? columns - from_end : number - 1;
  if (place < 0 || place >= columns)
    throw Error("expected gold tags and given tags in two columns, got {}", columns);
  return sentence.columns[static_cast<size_t>(place)];
}

void print_tag_scores(const EvaluateOptions& options) {
  TableReader reader(options.tagged, options.tagged_form);
  TagScores scores;
  for (TableSentence sentence; reader.next(sentence);) {
    try {
      const auto &gold = tags_in(sentence, options.gold_column, 2),
                 &given = tags_in(sentence, options.tagged_form.tag_column, 1);
      if (gold.size() != given.size())
        throw Error("expected as many tags as gold tags, got {} and {}", given.size(), gold.size());
      scores.add(gold, given);
    } catch (const Error& error) {
      throw Error("'{}', line {}: {}", reader.name(), sentence.line, error.what());
    }
  }
  std::cout << scores.to_string() << '\n';
}

void print_support(const EvaluateOptions& options) {
  const StoryCorpus questions = read_story_file(options.stories, {});
  const SupportingLines support = supporting_lines(options.attention, questions);
  if (support.questions == 0)
    throw Error("no question in {} has both attention in {} and lines that support its answer",
                options.stories.string(), options.attention.string());
  if (support.without > 0)
    std::cerr << fmt::format("{}: left out {} questions without supporting lines\n",
                             options.stories.string(), support.without);
  std::cout << support.to_string() << '\n';
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
  if (options.rouge && table.given("tokenize"))
    throw UsageError(
        "--tokenize is what BLEU takes for words, and --rouge has words of its own: "
        "leave it out");
  if (translations) {
    (options.rouge ? print_summary_scores : print_translation_scores)(options);
  }
  if (script) print_script_score(options);
  if (alignments) print_alignment_error(options);
  if (tags) print_tag_scores(options);
  if (stories) print_support(options);
}

}  // namespace alinea
