#include "commands/evaluations.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <iostream>
#include <set>
#include <string_view>
#include <vector>

#include "metrics/alignment_breakdown.h"
#include "metrics/alignment_error.h"
#include "metrics/bleu.h"
#include "metrics/chrf.h"
#include "metrics/edit_distance.h"
#include "metrics/rouge.h"
#include "metrics/spans.h"
#include "metrics/supporting_lines.h"
#include "reports/csv.h"
#include "storage/atomic_file.h"
#include "storage/input.h"
#include "support/counted.h"
#include "support/error.h"
#include "support/program_output.h"
#include "text/line_reader.h"
#include "text/story_text.h"
#include "text/unicode.h"

namespace alinea {

namespace {

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
    throw Error("{}, {}, {} and {}: {}", options.source.string(), options.target.string(),
                options.alignments.string(), options.gold.string(), error.what());
  }
}

// The index of a column by its number from 1; 0: that so many before the end.
size_t place_of_tags(const TableSentence& sentence, int64_t number, int64_t from_end,
                     std::string_view what) {
  const int64_t columns = std::ssize(sentence.columns);
  if (number > columns)
    throw Error("expected {} in column {}, but there {}", what, number,
                columns == 1 ? "is only 1" : fmt::format("are only {}", columns));
  if (number == 0 && columns < from_end)
    throw Error("expected gold tags and given tags in two columns, got {}", columns);
  return static_cast<size_t>(number == 0 ? columns - from_end : number - 1);
}

// A file of tags that are to be scored.
class TagComparison {
 public:
  explicit TagComparison(const EvaluateOptions& options)
      : options_(options), reader_(options.tagged, options.tagged_form) {}

  TagScores run() {
    for (TableSentence sentence; reader_.next(sentence);) {
      try {
        add(sentence);
      } catch (const Error& error) {
        throw Error("'{}', line {}: {}", reader_.name(), sentence.line, error.what());
      }
    }
    if (scores_.sentences() == 0)
      throw Error("no sentences to compare: '{}' has none", options_.tagged.string());
    say_what_is_odd();
    return scores_;
  }

 private:
  void add(const TableSentence& sentence) {
    if (sentence.columns.empty()) {  // tag leaves it in the place of a sentence without an answer
      ++empty_lines_;
      return;
    }
    gold_place_ = place_of_tags(sentence, options_.gold_column, 2, "gold tags");
    given_place_ =
        place_of_tags(sentence, options_.tagged_form.tag_column, 1, "the tags that were given");
    const size_t words = sentence.columns[0].size();
    for (const size_t place : {gold_place_, given_place_})
      if (const size_t tags = sentence.columns[place].size(); tags != words)
        throw Error(
            "expected as many tags in column {} as words in column 1, got {} and {}: see "
            "--gold-column and --tag-column",
            place + 1, tags, words);
    const std::vector<std::string>&gold = sentence.columns[gold_place_],
          &given = sentence.columns[given_place_];
    gold_.insert(gold.begin(), gold.end());
    given_.insert(given.begin(), given.end());
    scores_.add(gold, given);
  }

  void say_what_is_odd() const {
    if (empty_lines_ > 0)
      std::cerr << fmt::format("{}: left out {}, of sentences without tags\n",
                               options_.tagged.string(), counted(empty_lines_, "empty line"));
    const bool is_foreign = std::ranges::none_of(
        given_, [this](const std::string& tag) { return gold_.contains(tag); });
    if (is_foreign && !given_.empty())
      std::cerr << fmt::format(
          "warning: no tag of column {} is among the gold tags of column {}: see --gold-column and "
          "--tag-column\n",
          given_place_ + 1, gold_place_ + 1);
  }

  const EvaluateOptions& options_;
  TableReader reader_;
  TagScores scores_;
  std::set<std::string> gold_, given_;  // tags
  size_t gold_place_ = 0, given_place_ = 0;
  int64_t empty_lines_ = 0;
};

// A row a step of the alignment of each line with its closest reference.
void write_error_alignment(const std::filesystem::path& path,
                           std::span<const std::string> hypotheses, const References& references) {
  AtomicFile file(path);
  file.stream() << "line,error,reference,hypothesis" << kCsvEndOfLine;
  for (size_t i = 0; i < hypotheses.size(); ++i)
    for (const Edit& edit : word_edits(hypotheses[i], references_of(references, i)))
      fmt::print(file.stream(), "{},{},{},{}{}", i, edit_name(edit.kind), csv_field(edit.reference),
                 csv_field(edit.hypothesis), kCsvEndOfLine);
  file.commit();
}

}  // namespace

void print_translation_scores(const EvaluateOptions& options) {
  const std::vector<std::string> hypotheses = read_text(options.hypotheses, options.lowercase);
  const References references = read_references(options, hypotheses.size());
  if (options.error_rates) {
    std::cout << error_rates(hypotheses, references).to_string() << '\n';
    if (!options.error_alignment.empty())
      write_error_alignment(options.error_alignment, hypotheses, references);
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
  if (is_stream(options.hypotheses))
    throw UsageError(
        "--script-path is given the path of --hypotheses, which must be a file, not {}: write the "
        "translations to one",
        text_name(options.hypotheses));
  std::cout << fmt::format("{} = {}\n", options.script.path.filename().string(),
                           script_score(options.script, options.hypotheses));
}

void print_alignment_error(const EvaluateOptions& options) {
  const std::vector<Links> found = read_links(options.alignments);
  if (found.empty())
    throw Error("no sentences to compare: '{}' is empty", options.alignments.string());
  const Gold gold = read_gold(options.gold, options.format, std::ssize(found));
  if (found.size() != gold.sentences.size())
    throw Error("expected as many lines in {} as in {}, got {} and {}", options.alignments.string(),
                options.gold.string(), found.size(), gold.sentences.size());
  if (gold.null_links > 0)
    std::cerr << fmt::format("{}: left out {} with position 0, which stands for NULL\n",
                             options.gold.string(), counted(gold.null_links, "link"));
  warn_of_index(options, gold.sentences, found);
  const std::vector<AlignmentGroup> groups = breakdown(options, found, gold.sentences);
  std::cout << alignment_error(found, gold.sentences).to_string() << '\n';
  for (const AlignmentGroup& group : groups)
    std::cout << fmt::format("{:16}  {}\n", group.name, group.error.to_string());
}

void print_tag_scores(const EvaluateOptions& options) {
  std::cout << TagComparison(options).run().to_string() << '\n';
}

void print_support(const EvaluateOptions& options) {
  const StoryCorpus questions = read_story_file(options.stories, {});
  const SupportingLines support = supporting_lines(options.attention, questions);
  if (support.questions == 0)
    throw Error("no question in {} has both attention in {} and lines that support its answer",
                options.stories.string(), options.attention.string());
  if (support.without > 0)
    std::cerr << fmt::format("{}: left out {} without supporting lines\n", options.stories.string(),
                             counted(support.without, "question"));
  if (support.without_weights > 0)
    std::cerr << fmt::format("{}: left out {} that looked at no line\n", options.attention.string(),
                             counted(support.without_weights, "question"));
  std::cout << support.to_string() << '\n';
}

}  // namespace alinea
