// Every reader that the options allow, for tests that go through all of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/reader.h"

namespace alinea {

struct ReaderVariant {
  std::string name;
  ReaderOptions options;
};

// Tiny readers with odd, different sizes: every cell x reader, other encoders, and halting.
std::vector<ReaderVariant> all_readers();

// Its parameters are large enough that no attention is near uniform.
std::unique_ptr<Reader> random_reader(const ReaderOptions& options, uint64_t seed);

Vocabulary tiny_reading_words();

// Questions of different lengths, among them a document and a query of one word, an answer that
// stands ten times in the document, and words that the vocabulary does not know.
std::vector<std::string> tiny_question_lines();
ReadingCorpus tiny_questions();
// Of lines of that form, without a book.
ReadingCorpus questions_of(const std::vector<std::string>& lines, const ReadingForm& form = {});

}  // namespace alinea
