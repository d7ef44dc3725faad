#include "tasks/data_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <sstream>
#include <string_view>

#include "models/model_folder.h"
#include "options/limits.h"
#include "options/option_value.h"
#include "storage/input.h"
#include "support/error.h"
#include "text/line_reader.h"
#include "text/sentencepiece.h"

namespace alinea {

namespace {

constexpr int64_t kUsualPieces = 8000;  // of SentencePiece
constexpr double kLargestWeight = 1000;

constexpr const char* kForSentencepiece[] = {"sentencepiece-type",
                                             "character-coverage",
                                             "sentencepiece-max-lines",
                                             "sentencepiece-alpha",
                                             "normalization-rule-name",
                                             "source-normalization-rule-name",
                                             "target-normalization-rule-name"};

constexpr const char* kForOneSide[] = {"source-vocabulary",
                                       "target-vocabulary",
                                       "source-vocabulary-size",
                                       "target-vocabulary-size",
                                       "source-normalization-rule-name",
                                       "target-normalization-rule-name"};

// What a new vocabulary is made with.
constexpr const char* kMaking[] = {"joint-vocabulary",
                                   "min-frequency",
                                   "vocabulary-size",
                                   "source-vocabulary-size",
                                   "target-vocabulary-size",
                                   "sentencepiece-type",
                                   "character-coverage",
                                   "sentencepiece-max-lines",
                                   "normalization-rule-name",
                                   "source-normalization-rule-name",
                                   "target-normalization-rule-name",
                                   "user-defined-symbols",
                                   "user-defined-symbols-file"};

void check_symbol(const std::string& symbol) {
  constexpr std::string_view kSpecial[] = {"<unk>", "<s>", "</s>"};
  if (std::ranges::find(kSpecial, symbol) != std::end(kSpecial))
    throw UsageError("--user-defined-symbols: {} is a special symbol already", symbol);
  if (symbol.empty() || symbol.find_first_of(" \t") != std::string::npos)
    throw UsageError("--user-defined-symbols: expected symbols without spaces, got {:?}", symbol);
}

std::vector<std::string> read_symbols(const DataOptions& o) {
  std::vector<std::string> symbols;
  std::istringstream list(o.user_symbols);
  for (std::string symbol; std::getline(list, symbol, ',');) symbols.push_back(symbol);
  if (!o.user_symbols_file.empty())
    for (std::string& line : read_lines(o.user_symbols_file))
      if (!line.empty()) symbols.push_back(std::move(line));
  for (const std::string& symbol : symbols) check_symbol(symbol);
  std::vector<std::string> sorted = symbols;
  std::ranges::sort(sorted);
  if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end())
    throw UsageError("--user-defined-symbols: {} is given twice", *twice);
  return symbols;
}

void check_symbols(const Options& table, DataOptions& o) {
  const std::string& tokenizer = o.vocabulary.tokenizer;
  for (const char* name : {"user-defined-symbols", "user-defined-symbols-file"})
    if (table.given(name) && tokenizer != "sentencepiece" && tokenizer != "icu")
      throw UsageError("--{} requires --tokenizer sentencepiece or icu", name);
  o.vocabulary.user_symbols = read_symbols(o);
}

void check_sentencepiece(const Options& table, DataOptions& o) {
  if (table.given("min-frequency"))
    throw UsageError(
        "--min-frequency does not apply to --tokenizer sentencepiece: give --vocabulary-size");
  if (o.vocabulary.vocabulary_size == 0) o.vocabulary.vocabulary_size = kUsualPieces;
}

// Takes tokenizer and case of the pretrained model, and its vocabularies where they are the same.
void take_pretrained(const Options& table, DataOptions& o, const FirstValuesOptions& first) {
  const TextOptions text = ModelFolder(first.model).text_options();
  if (!table.given("tokenizer")) o.vocabulary.tokenizer = text.tokenizer;
  if (!table.given("lowercase")) o.vocabulary.lowercase = text.lowercase;
  const bool is_alike =
      o.vocabulary.tokenizer == text.tokenizer && o.vocabulary.lowercase == text.lowercase;
  if (first.update_vocabulary || !is_alike) return;
  refuse_making(table, kMaking);
  o.pretrained = first.model;
}

void check_texts(const DataOptions& o) {
  if (o.sources.empty() && o.targets.empty() && o.corpora.empty())
    throw UsageError(
        "--source is missing: give --source and --target, or --corpus; see alinea train --help");
  if (o.sources.size() != o.targets.size())
    throw UsageError("expected as many --target as --source, got {} and {}", o.targets.size(),
                     o.sources.size());
  int64_t inputs = 0;
  for (const Paths* paths : {&o.sources, &o.targets, &o.corpora})
    inputs += std::ranges::count(*paths, kStandardStream);
  if (inputs > 1) throw UsageError("expected at most one text to be -, standard input");
}

}  // namespace

void add_texts(Options& table, DataOptions& o) {
  table.group("Data")
      .add("source", o.sources,
           "source text, plain or .gz, one sentence per line; - is standard input; may be given "
           "several times, with one --target each")
      .add("target", o.targets, "translation of the source, line by line")
      .add("corpus", o.corpora,
           "text with lines of source, tab and target; - is standard input; may be given several "
           "times")
      .add("corpus-weights", o.weights,
           "how often an epoch contains the pairs of each text, as in 1,0.5,3: first those of "
           "--source, then those of --corpus; the default is once")
      .required("valid-source", o.validation_source, "source of the validation text")
      .required("valid-target", o.validation_targets,
                "translation of the validation text; may be given several times, for several "
                "references of each sentence: the loss is that of the first");
}

void add_vocabularies(Options& table, DataOptions& o) {
  VocabularyOptions& v = o.vocabulary;
  table
      .choice("tokenizer", v.tokenizer, tokenizer_names(),
              "how a line is split into tokens (space: already tokenised; subword-nmt: and split "
              "into pieces marked by @@)")
      .add("lowercase", v.lowercase, "convert all text to lower case first, also in translation")
      .add("source-vocabulary", o.source_side.vocabulary,
           "existing vocabulary file to use (sentencepiece: its model)")
      .add("target-vocabulary", o.target_side.vocabulary, "the same for the target")
      .add("joint-vocabulary", o.joint_vocabulary, "make one vocabulary of source and target")
      .add("min-frequency", v.min_frequency, "leave out tokens that occur less often")
      .range<int64_t>(1, kNoLimit)
      .add("vocabulary-size", v.vocabulary_size,
           "keep this many of the most frequent tokens, including special ones; 0: all "
           "(sentencepiece: 8000)")
      .range<int64_t>(0, kNoLimit)
      .add("source-vocabulary-size", o.source_side.vocabulary_size,
           "the same for the source only; 0: --vocabulary-size")
      .range<int64_t>(0, kNoLimit)
      .add("target-vocabulary-size", o.target_side.vocabulary_size,
           "the same for the target only; 0: --vocabulary-size")
      .range<int64_t>(0, kNoLimit)
      .choice("sentencepiece-type", v.sentencepiece.type, sentencepiece_types(),
              "sentencepiece: kind of model to train")
      .add("character-coverage", v.sentencepiece.character_coverage,
           "sentencepiece: share of the text's characters that the pieces cover")
      .range(0.98, 1.0)
      .add("sentencepiece-max-lines", v.sentencepiece.max_lines,
           "sentencepiece: learn pieces from this many lines, evenly spaced; 0: all")
      .range<int64_t>(0, kNoLimit)
      .choice("normalization-rule-name", v.sentencepiece.normalization,
              sentencepiece_normalizations(),
              "sentencepiece: Unicode normalisation of the text (identity: none, which keeps the "
              "full-width punctuation of Chinese and Japanese)")
      .choice("source-normalization-rule-name", o.source_side.normalization,
              sentencepiece_normalizations(),
              "the same for the source only; by default --normalization-rule-name")
      .choice("target-normalization-rule-name", o.target_side.normalization,
              sentencepiece_normalizations(),
              "the same for the target only; by default --normalization-rule-name")
      .add("user-defined-symbols", o.user_symbols,
           "sentencepiece, icu: strings that are always one token, separated by commas, as in "
           "<num>,<url>")
      .add("user-defined-symbols-file", o.user_symbols_file, "file with such strings, one per line")
      .add("sentencepiece-alpha", o.sentencepiece_alpha,
           "sentencepiece: draw different pieces in every epoch; unigram: exponent of the "
           "probabilities, smaller is more uniform; bpe: probability of leaving out a merge; 0: "
           "always the best pieces")
      .range(0.0, 1.0)
      .add("max-length", o.max_length, "skip pairs with more tokens on either side; 0: keep all")
      .range<int64_t>(0, kNoLimit)
      .add("corpus-on-disk", o.corpus_on_disk,
           "keep the tokens of the training texts in TMPDIR instead of memory, for texts that do "
           "not fit");
}

void check_data(const Options& table, DataOptions& o, const FirstValuesOptions& first) {
  check_texts(o);
  text_weights(o);
  if (!first.model.empty()) take_pretrained(table, o, first);
  if (o.vocabulary.tokenizer == "sentencepiece") {
    check_sentencepiece(table, o);
  } else {
    for (const char* name : kForSentencepiece)
      if (table.given(name)) throw UsageError("--{} requires --tokenizer sentencepiece", name);
  }
  check_symbols(table, o);
  for (const char* name : kForOneSide)
    if (o.joint_vocabulary && table.given(name))
      throw UsageError(
          "--joint-vocabulary builds one vocabulary for both sides, but --{} is for one side: "
          "leave out one of them",
          name);
}

VocabularyOptions vocabulary_options(const DataOptions& o, const SideOptions& side) {
  VocabularyOptions options = o.vocabulary;
  options.vocabulary = side.vocabulary;
  if (side.vocabulary_size > 0) options.vocabulary_size = side.vocabulary_size;
  if (!side.normalization.empty()) options.sentencepiece.normalization = side.normalization;
  return options;
}

std::vector<double> text_weights(const DataOptions& o) {
  const size_t texts = o.sources.size() + o.corpora.size();
  if (o.weights.empty()) return std::vector<double>(texts, 1);
  const auto weights = read_numbers(o.weights);
  const auto fits = [](double weight) { return weight > 0 && weight <= kLargestWeight; };
  if (!weights || !std::ranges::all_of(*weights, fits))
    throw UsageError("--corpus-weights: expected numbers above 0 up to {}, as in 1,0.5, got {:?}",
                     kLargestWeight, o.weights);
  if (weights->size() != texts)
    throw UsageError("--corpus-weights: expected a number for each of {} texts, got {}", texts,
                     weights->size());
  return *weights;
}

}  // namespace alinea
