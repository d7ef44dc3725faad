#include "tasks/vocabulary_fields.h"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <string_view>

#include "options/limits.h"
#include "support/error.h"
#include "text/line_reader.h"
#include "text/sentencepiece.h"

namespace alinea {

namespace {

constexpr int64_t kUsualPieces = 8000;  // of SentencePiece

void check_symbol(const std::string& symbol) {
  constexpr std::string_view kSpecial[] = {"<unk>", "<s>", "</s>"};
  if (std::ranges::find(kSpecial, symbol) != std::end(kSpecial))
    throw UsageError("--user-defined-symbols: {} is a special symbol already", symbol);
  if (symbol.empty() || symbol.find_first_of(" \t") != std::string::npos)
    throw UsageError("--user-defined-symbols: expected symbols without spaces, got {:?}", symbol);
}

}  // namespace

void add_tokenizer(FieldList& fields, VocabularyOptions& options) {
  fields
      .choice("tokenizer", options.tokenizer, tokenizer_names(),
              "how a line is split into tokens (space: already tokenised; subword-nmt: already "
              "tokenised, and split into pieces marked by @@)")
      .add("lowercase", options.lowercase,
           "convert all text to lower case first, also in translation");
}

void add_frequency(FieldList& fields, VocabularyOptions& options) {
  fields.add("min-frequency", options.min_frequency, "leave out tokens that occur less often")
      .range<int64_t>(1, kNoLimit)
      .add("vocabulary-size", options.vocabulary_size,
           "keep this many of the most frequent tokens, including special ones; 0: all "
           "(sentencepiece: 8000)")
      .range<int64_t>(0, kNoLimit);
}

void add_sentencepiece(FieldList& fields, VocabularyOptions& options) {
  fields
      .choice("sentencepiece-type", options.sentencepiece.type, sentencepiece_types(),
              "sentencepiece: kind of model to train")
      .needs("tokenizer", {"sentencepiece"})
      .add("character-coverage", options.sentencepiece.character_coverage,
           "sentencepiece: share of the text's characters that the pieces cover")
      .range(0.98, 1.0)
      .needs("tokenizer", {"sentencepiece"})
      .add("sentencepiece-max-lines", options.sentencepiece.max_lines,
           "sentencepiece: learn pieces from this many lines, evenly spaced; 0: all")
      .range<int64_t>(0, kNoLimit)
      .needs("tokenizer", {"sentencepiece"})
      .choice("normalization-rule-name", options.sentencepiece.normalization,
              sentencepiece_normalizations(),
              "sentencepiece: Unicode normalisation of the text (identity: none, which keeps the "
              "full-width punctuation of Chinese and Japanese)")
      .needs("tokenizer", {"sentencepiece"});
}

void UserSymbols::visit(FieldList& fields) {
  fields
      .add("user-defined-symbols", given,
           "sentencepiece, icu: strings that are always one token, separated by commas, as in "
           "<num>,<url>")
      .needs("tokenizer", {"sentencepiece", "icu"})
      .add("user-defined-symbols-file", file, "file with such strings, one per line")
      .needs("tokenizer", {"sentencepiece", "icu"});
}

std::vector<std::string> UserSymbols::read() const {
  std::vector<std::string> symbols;
  std::istringstream list(given);
  for (std::string symbol; std::getline(list, symbol, ',');) symbols.push_back(symbol);
  if (!file.empty())
    for (std::string& line : read_lines(file))
      if (!line.empty()) symbols.push_back(std::move(line));
  for (const std::string& symbol : symbols) check_symbol(symbol);
  std::vector<std::string> sorted = symbols;
  std::ranges::sort(sorted);
  if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end())
    throw UsageError("--user-defined-symbols: {} is given twice", *twice);
  return symbols;
}

void refuse_beside(const char* existing, std::initializer_list<const char*> making,
                   const Options& table) {
  for (const char* name : making)
    if (table.given(existing) && table.given(name))
      throw UsageError(
          "--{} takes a vocabulary that there is, but --{} says how to make one: leave out one of "
          "them",
          existing, name);
}

void check_vocabulary(const Options& table, VocabularyOptions& o) {
  if (o.tokenizer != "sentencepiece") return;
  if (table.given("min-frequency"))
    throw UsageError(
        "--min-frequency does not apply to --tokenizer sentencepiece: give --vocabulary-size");
  if (o.vocabulary_size == 0) o.vocabulary_size = kUsualPieces;
}

}  // namespace alinea
