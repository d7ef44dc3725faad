#include "tasks/data_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "models/language_model.h"
#include "models/translation_model.h"
#include "options/limits.h"
#include "options/option_value.h"
#include "support/error.h"

namespace alinea {

namespace {

constexpr double kLargestWeight = 1000;

// What the words of a source are read with.
constexpr const char* kForSourceWords[] = {
    "source-vocabulary",       "source-vocabulary-size",         "source-embeddings",
    "train-source-embeddings", "source-normalization-rule-name", "joint-vocabulary"};

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

void check_texts(const DataOptions& o) {
  if (o.sources.empty() && o.targets.empty() && o.corpora.empty())
    throw UsageError(
        "--source is missing: give --source and --target, or --corpus; see alinea train --help");
  if (o.sources.size() != o.targets.size())
    throw UsageError("expected as many --target as --source, got {} and {}", o.targets.size(),
                     o.sources.size());
}

}  // namespace

void DataOptions::visit(FieldList& fields) {
  VocabularyOptions& v = vocabulary;
  fields
      .add("source", sources,
           "source text, plain or .gz, one sentence per line, with --source-type features one file "
           "per line; - is standard input; may be given several times, with one --target each")
      .add("target", targets, "translation of the source, line by line")
      .add("corpus", corpora,
           "text with lines of source, tab and target; - is standard input; may be given several "
           "times")
      .add("corpus-weights", weights,
           "how often an epoch contains the pairs of each text, as in 1,0.5,3: first those of "
           "--source, then those of --corpus; by default once")
      .required("valid-source", validation_source,
                "source of the validation text; with --source-type features a list of files")
      .required("valid-target", validation_targets,
                "translation of the validation text; may be given several times, for several "
                "references of each sentence: the loss is that of the first");
  add_tokenizer(fields, v);
  fields
      .add("source-vocabulary", source_side.vocabulary,
           "existing vocabulary file to use (sentencepiece: its model)")
      .add("target-vocabulary", target_side.vocabulary, "the same for the target")
      .add("joint-vocabulary", joint_vocabulary, "make one vocabulary of source and target");
  add_frequency(fields, v);
  fields
      .add("source-vocabulary-size", source_side.vocabulary_size,
           "the same for the source only; 0: --vocabulary-size")
      .range<int64_t>(0, kNoLimit)
      .add("target-vocabulary-size", target_side.vocabulary_size,
           "the same for the target only; 0: --vocabulary-size")
      .range<int64_t>(0, kNoLimit);
  add_sentencepiece(fields, v);
  fields
      .choice("source-normalization-rule-name", source_side.normalization,
              sentencepiece_normalizations(),
              "the same for the source only; by default --normalization-rule-name")
      .needs("tokenizer", {"sentencepiece"})
      .choice("target-normalization-rule-name", target_side.normalization,
              sentencepiece_normalizations(),
              "the same for the target only; by default --normalization-rule-name")
      .needs("tokenizer", {"sentencepiece"});
  user_symbols.visit(fields);
  fields
      .add("sentencepiece-alpha", sentencepiece_alpha,
           "sentencepiece: draw different pieces in every epoch; unigram: exponent of the "
           "probabilities, smaller is more uniform; bpe: probability of leaving out a merge; 0: "
           "always the best pieces")
      .range(0.0, 1.0)
      .needs("tokenizer", {"sentencepiece"})
      .add("max-length", max_length, "skip pairs with more tokens on either side; 0: keep all")
      .range<int64_t>(0, kNoLimit)
      .add("corpus-on-disk", corpus_on_disk,
           "keep the tokens or features of the training texts in TMPDIR instead of memory, for "
           "texts "
           "that do not fit");
}

void DataOptions::visit_features(FieldList& fields) {
  features.visit(fields);
  feature_files.visit(fields, /*is_training=*/true);
  fields.add("max-frames", max_frames, "skip examples with more rows of features; 0: keep all")
      .range<int64_t>(0, kNoLimit)
      .needs("source-type", {"features"});
}

void take_pretrained(const Options& table, DataOptions& o, const FirstValuesOptions& first) {
  const ModelFolder folder(first.model);
  const bool is_language_model = begins_with_language_model(first);
  const TextOptions text = is_language_model
                               ? text_options(read_description(folder, LanguageModel::kFormat))
                               : text_options(folder);
  if (!table.given("tokenizer")) o.vocabulary.tokenizer = text.tokenizer;
  if (!table.given("lowercase")) o.vocabulary.lowercase = text.lowercase;
  const bool is_alike =
      o.vocabulary.tokenizer == text.tokenizer && o.vocabulary.lowercase == text.lowercase;
  // The words of a language model are those of one side, or a part of both: vocabularies are made.
  if (first.update_vocabulary || !is_alike || is_language_model) return;
  refuse_making(table, kMaking);
  if (!o.has_features && reads_features(folder))
    throw UsageError(
        "--pretrained-model {} reads features and has no vocabulary for a source of words: add "
        "--update-vocabulary to build new ones",
        first.model.string());
  o.pretrained = first.model;
}

void check_data(const Options& table, DataOptions& o) {
  check_texts(o);
  for (const char* name : kForSourceWords)
    if (o.has_features && table.given(name))
      throw UsageError("--{} requires a source of words, but --source-type is features", name);
  text_weights(o);
  check_vocabulary(table, o.vocabulary);
  refuse_beside("source-vocabulary", {"source-vocabulary-size"}, table);
  refuse_beside("target-vocabulary", {"target-vocabulary-size"}, table);
  if (o.has_features || table.given("source-vocabulary"))
    refuse_beside("target-vocabulary", {"vocabulary-size", "min-frequency"}, table);
  o.vocabulary.user_symbols = o.user_symbols.read();
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
