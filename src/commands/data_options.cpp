#include "commands/data_options.h"

#include <fmt/format.h>

#include <iostream>
#include <span>

#include "commands/limits.h"
#include "support/error.h"
#include "text/line_reader.h"
#include "text/sentencepiece.h"

namespace alinea {

namespace {

constexpr int64_t kUsualPieces = 8000;  // of SentencePiece

void check_sentencepiece(const Options& table, DataOptions& o) {
  if (table.given("min-frequency"))
    throw UsageError(
        "--min-frequency is not for --tokenizer sentencepiece: give --vocabulary-size");
  if (o.vocabulary.vocabulary_size == 0) o.vocabulary.vocabulary_size = kUsualPieces;
}

Language make_language(const DataOptions& o, const std::vector<std::filesystem::path>& texts,
                       const std::filesystem::path& given) {
  VocabularyOptions options = o.vocabulary;
  options.vocabulary = given;
  return build_language(texts, options);
}

double percent(int64_t part, int64_t whole) {
  return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

void add_texts(Options& table, DataOptions& o) {
  table.group("Data")
      .required("source", o.training.source,
                "text to translate from, plain or .gz, a sentence a line")
      .required("target", o.training.target, "its translation, line for line")
      .required("valid-source", o.validation.source, "validation text to translate from")
      .required("valid-target", o.validation.target, "its translation");
}

void add_vocabularies(Options& table, DataOptions& o) {
  VocabularyOptions& v = o.vocabulary;
  table
      .choice("tokenizer", v.tokenizer, tokenizer_names(),
              "how a line becomes tokens (space: tokenised already)")
      .add("lowercase", v.lowercase, "put all text into lower case first, also when translating")
      .add("source-vocabulary", o.source_vocabulary,
           "vocabulary to take instead of making one (sentencepiece: its model)")
      .add("target-vocabulary", o.target_vocabulary, "the same for the target")
      .add("joint-vocabulary", o.joint_vocabulary, "make one vocabulary of source and target")
      .add("min-frequency", v.min_frequency, "leave out tokens that are rarer")
      .range<int64_t>(1, kNoLimit)
      .add("vocabulary-size", v.vocabulary_size,
           "keep the most frequent tokens, special ones counted; 0: all (sentencepiece: 8000)")
      .range<int64_t>(0, kNoLimit)
      .choice("sentencepiece-type", v.sentencepiece_type, sentencepiece_types(),
              "sentencepiece: the model that is trained")
      .add("character-coverage", v.character_coverage,
           "sentencepiece: share of the text's characters that become pieces")
      .range(0.98, 1.0)
      .add("max-length", o.max_length, "skip pairs with more tokens on a side; 0: keep all")
      .range<int64_t>(0, kNoLimit);
}

void check_data(const Options& table, DataOptions& o) {
  if (o.vocabulary.tokenizer == "sentencepiece") {
    check_sentencepiece(table, o);
  } else {
    for (const char* name : {"sentencepiece-type", "character-coverage"})
      if (table.given(name)) throw UsageError("--{} needs --tokenizer sentencepiece", name);
  }
  if (o.joint_vocabulary && (!o.source_vocabulary.empty() || !o.target_vocabulary.empty()))
    throw UsageError(
        "--joint-vocabulary makes a vocabulary: leave it out where one is taken, and give that as "
        "--source-vocabulary and --target-vocabulary");
}

std::map<std::string, std::filesystem::path> data_files(const DataOptions& o) {
  return {{"source", o.training.source},
          {"target", o.training.target},
          {"valid-source", o.validation.source},
          {"valid-target", o.validation.target}};
}

Languages make_languages(const DataOptions& o) {
  if (o.joint_vocabulary) {
    const Language both = make_language(o, {o.training.source, o.training.target}, {});
    return {both, both};
  }
  return {make_language(o, {o.training.source}, o.source_vocabulary),
          make_language(o, {o.training.target}, o.target_vocabulary)};
}

Languages load_languages(const ModelFolder& folder, const DataOptions& o) {
  const TextOptions text{o.vocabulary.tokenizer, o.vocabulary.lowercase};
  return {Language::load(folder.path(), "source", text),
          Language::load(folder.path(), "target", text)};
}

ValidationData read_validation(const DataOptions& o, const Languages& languages, bool wants_bleu) {
  ValidationData data{read_parallel(o.validation, languages.source, languages.target,
                                    ReadOptions{.max_length = 0, .keep_empty = true}),
                      {}};
  if (!wants_bleu) return data;
  data.references = read_lines(o.validation.target);
  if (std::ssize(data.references) != data.corpus.size())
    throw Error("'{}' changed while it was read", o.validation.target.string());
  for (std::string& line : data.references) line = languages.target.cased(line);
  return data;
}

void say_what_was_read(const CorpusReport& report, const Languages& languages, int64_t max_length) {
  std::cerr << fmt::format(
      "{} pairs, {} source and {} target tokens, {:.2f}% and {:.2f}% of them unknown\n",
      report.pairs, report.source_tokens, report.target_tokens,
      percent(report.source_unknown, report.source_tokens),
      percent(report.target_unknown, report.target_tokens));
  if (report.skipped_empty + report.skipped_long > 0)
    std::cerr << fmt::format(
        "skipped {} pairs with an empty side and {} with more than {} tokens\n",
        report.skipped_empty, report.skipped_long, max_length);
  std::cerr << fmt::format("vocabularies of {} and {} words\n",
                           languages.source.vocabulary().size(),
                           languages.target.vocabulary().size());
}

}  // namespace alinea
