#include "tasks/data_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <sstream>
#include <string_view>

#include "models/translation_model.h"
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

void check_sentencepiece(const Options& table, DataOptions& o) {
  if (table.given("min-frequency"))
    throw UsageError(
        "--min-frequency does not apply to --tokenizer sentencepiece: give --vocabulary-size");
  if (o.vocabulary.vocabulary_size == 0) o.vocabulary.vocabulary_size = kUsualPieces;
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

void DataOptions::visit(FieldList& fields) {
  VocabularyOptions& v = vocabulary;
  fields
      .add("source", sources,
           "source text, plain or .gz, one sentence per line; - is standard input; may be given "
           "several times, with one --target each")
      .add("target", targets, "translation of the source, line by line")
      .add("corpus", corpora,
           "text with lines of source, tab and target; - is standard input; may be given several "
           "times")
      .add("corpus-weights", weights,
           "how often an epoch contains the pairs of each text, as in 1,0.5,3: first those of "
           "--source, then those of --corpus; by default once")
      .required("valid-source", validation_source, "source of the validation text")
      .required("valid-target", validation_targets,
                "translation of the validation text; may be given several times, for several "
                "references of each sentence: the loss is that of the first")
      .choice("tokenizer", v.tokenizer, tokenizer_names(),
              "how a line is split into tokens (space: already tokenised; subword-nmt: already "
              "tokenised, and split into pieces marked by @@)")
      .add("lowercase", v.lowercase, "convert all text to lower case first, also in translation")
      .add("source-vocabulary", source_side.vocabulary,
           "existing vocabulary file to use (sentencepiece: its model)")
      .add("target-vocabulary", target_side.vocabulary, "the same for the target")
      .add("joint-vocabulary", joint_vocabulary, "make one vocabulary of source and target")
      .add("min-frequency", v.min_frequency, "leave out tokens that occur less often")
      .range<int64_t>(1, kNoLimit)
      .add("vocabulary-size", v.vocabulary_size,
           "keep this many of the most frequent tokens, including special ones; 0: all "
           "(sentencepiece: 8000)")
      .range<int64_t>(0, kNoLimit)
      .add("source-vocabulary-size", source_side.vocabulary_size,
           "the same for the source only; 0: --vocabulary-size")
      .range<int64_t>(0, kNoLimit)
      .add("target-vocabulary-size", target_side.vocabulary_size,
           "the same for the target only; 0: --vocabulary-size")
      .range<int64_t>(0, kNoLimit)
      .choice("sentencepiece-type", v.sentencepiece.type, sentencepiece_types(),
              "sentencepiece: kind of model to train")
      .needs("tokenizer", {"sentencepiece"})
      .add("character-coverage", v.sentencepiece.character_coverage,
           "sentencepiece: share of the text's characters that the pieces cover")
      .range(0.98, 1.0)
      .needs("tokenizer", {"sentencepiece"})
      .add("sentencepiece-max-lines", v.sentencepiece.max_lines,
           "sentencepiece: learn pieces from this many lines, evenly spaced; 0: all")
      .range<int64_t>(0, kNoLimit)
      .needs("tokenizer", {"sentencepiece"})
      .choice("normalization-rule-name", v.sentencepiece.normalization,
              sentencepiece_normalizations(),
              "sentencepiece: Unicode normalisation of the text (identity: none, which keeps the "
              "full-width punctuation of Chinese and Japanese)")
      .needs("tokenizer", {"sentencepiece"})
      .choice("source-normalization-rule-name", source_side.normalization,
              sentencepiece_normalizations(),
              "the same for the source only; by default --normalization-rule-name")
      .needs("tokenizer", {"sentencepiece"})
      .choice("target-normalization-rule-name", target_side.normalization,
              sentencepiece_normalizations(),
              "the same for the target only; by default --normalization-rule-name")
      .needs("tokenizer", {"sentencepiece"})
      .add("user-defined-symbols", user_symbols,
           "sentencepiece, icu: strings that are always one token, separated by commas, as in "
           "<num>,<url>")
      .needs("tokenizer", {"sentencepiece", "icu"})
      .add("user-defined-symbols-file", user_symbols_file, "file with such strings, one per line")
      .needs("tokenizer", {"sentencepiece", "icu"})
      .add("sentencepiece-alpha", sentencepiece_alpha,
           "sentencepiece: draw different pieces in every epoch; unigram: exponent of the "
           "probabilities, smaller is more uniform; bpe: probability of leaving out a merge; 0: "
           "always the best pieces")
      .range(0.0, 1.0)
      .needs("tokenizer", {"sentencepiece"})
      .add("max-length", max_length, "skip pairs with more tokens on either side; 0: keep all")
      .range<int64_t>(0, kNoLimit)
      .add("corpus-on-disk", corpus_on_disk,
           "keep the tokens of the training texts in TMPDIR instead of memory, for texts that do "
           "not fit");
}

void take_pretrained(const Options& table, DataOptions& o, const FirstValuesOptions& first) {
  const TextOptions text = text_options(ModelFolder(first.model));
  if (!table.given("tokenizer")) o.vocabulary.tokenizer = text.tokenizer;
  if (!table.given("lowercase")) o.vocabulary.lowercase = text.lowercase;
  const bool is_alike =
      o.vocabulary.tokenizer == text.tokenizer && o.vocabulary.lowercase == text.lowercase;
  if (first.update_vocabulary || !is_alike) return;
  refuse_making(table, kMaking);
  o.pretrained = first.model;
}

void check_data(const Options& table, DataOptions& o) {
  check_texts(o);
  text_weights(o);
  if (o.vocabulary.tokenizer == "sentencepiece") check_sentencepiece(table, o);
  o.vocabulary.user_symbols = read_symbols(o);
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
