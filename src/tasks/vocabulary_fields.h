// The options by which texts become tokens, as the commands that make vocabularies share them.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>

#include "options/options.h"
#include "text/language.h"

namespace alinea {

void add_tokenizer(FieldList& fields, VocabularyOptions& options);  // and lower case
void add_frequency(FieldList& fields, VocabularyOptions& options);  // and size
// What SentencePiece learns; its normalisation last.
void add_sentencepiece(FieldList& fields, VocabularyOptions& options);

// Strings that are always one token: as given, with commas, and a file of them, one on each line.
struct UserSymbols {
  std::string given;
  std::filesystem::path file;

  void visit(FieldList& fields);
  // Throws UsageError for symbols that are empty, have spaces, are special already or come twice.
  std::vector<std::string> read() const;
};

// After parsing: throws UsageError for options that the tokenizer does not have, and fills in how
// many pieces there are.
void check_vocabulary(const Options& table, VocabularyOptions& options);

// Throws UsageError where `existing`, the option of a vocabulary that there is, is given with one
// of those that say how to make one.
void refuse_beside(const char* existing, std::initializer_list<const char*> making,
                   const Options& table);

}  // namespace alinea
