#include "commands/data_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "options/limits.h"
#include "options/option_value.h"
#include "storage/input.h"
#include "support/error.h"
#include "text/sentencepiece.h"

namespace alinea {

namespace {

constexpr int64_t kUsualPieces = 8000;  // of SentencePiece
constexpr double kLargestWeight = 1000;

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
      .required("valid-source", o.validation.source, "source of the validation text")
      .required("valid-target", o.validation.target, "translation of the validation text");
}

void add_vocabularies(Options& table, DataOptions& o) {
  VocabularyOptions& v = o.vocabulary;
  table
      .choice("tokenizer", v.tokenizer, tokenizer_names(),
              "how a line is split into tokens (space: already tokenised)")
      .add("lowercase", v.lowercase, "convert all text to lower case first, also in translation")
      .add("source-vocabulary", o.source_vocabulary,
           "existing vocabulary file to use (sentencepiece: its model)")
      .add("target-vocabulary", o.target_vocabulary, "the same for the target")
      .add("joint-vocabulary", o.joint_vocabulary, "make one vocabulary of source and target")
      .add("min-frequency", v.min_frequency, "leave out tokens that occur less often")
      .range<int64_t>(1, kNoLimit)
      .add("vocabulary-size", v.vocabulary_size,
           "keep this many of the most frequent tokens, including special ones; 0: all "
           "(sentencepiece: "
           "8000)")
      .range<int64_t>(0, kNoLimit)
      .choice("sentencepiece-type", v.sentencepiece_type, sentencepiece_types(),
              "sentencepiece: kind of model to train")
      .add("character-coverage", v.character_coverage,
           "sentencepiece: share of the text's characters that the pieces cover")
      .range(0.98, 1.0)
      .add("sentencepiece-max-lines", v.sentencepiece_max_lines,
           "sentencepiece: learn pieces from this many lines, evenly spaced; 0: all")
      .range<int64_t>(0, kNoLimit)
      .add("sentencepiece-alpha", o.sentencepiece_alpha,
           "sentencepiece: draw different pieces in every epoch; unigram: exponent of the "
           "probabilities, smaller is more uniform; bpe: probability of leaving out a merge; 0: "
           "always the best pieces")
      .range(0.0, 1.0)
      .add("max-length", o.max_length, "skip pairs with more tokens on either side; 0: keep all")
      .range<int64_t>(0, kNoLimit)
      .add("corpus-on-disk", o.corpus_on_disk,
           "keep the tokens of the training texts in TMPDIR instead of memory, for texts that do "
           "not "
           "fit");
}

void check_data(const Options& table, DataOptions& o) {
  check_texts(o);
  text_weights(o);
  if (o.vocabulary.tokenizer == "sentencepiece") {
    check_sentencepiece(table, o);
  } else {
    for (const char* name : {"sentencepiece-type", "character-coverage", "sentencepiece-max-lines",
                             "sentencepiece-alpha"})
      if (table.given(name)) throw UsageError("--{} requires --tokenizer sentencepiece", name);
  }
  if (o.joint_vocabulary && (!o.source_vocabulary.empty() || !o.target_vocabulary.empty()))
    throw UsageError(
        "--joint-vocabulary builds a vocabulary and cannot be combined with an existing one: leave "
        "it "
        "out, and give that file as --source-vocabulary and --target-vocabulary");
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
