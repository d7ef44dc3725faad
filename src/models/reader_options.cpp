#include "models/reader_options.h"

#include "options/field_list.h"
#include "options/limits.h"

namespace alinea {

std::vector<std::string> reader_names() { return {"attention-over-attention", "sum"}; }

void ReaderOptions::visit(FieldList& fields) {
  encoder.visit(fields,
                "questions with a longer document or query are left out of training and "
                "validation, and of --stories the last sentences are read");
  fields
      .add("stories", stories,
           "answer questions about numbered sentences, as bAbI has them, by an encoder over the "
           "sentences and a softmax over the answers of --train")
      .newer()
      .add("sentence-positions", sentence_positions,
           "words of a sentence that have masks of their own; later ones share the last")
      .range<int64_t>(1, kLargestSize)
      .newer()
      .needs("stories")
      .choice("reader", reader, reader_names(),
              "attention-over-attention: each word of the query attends to the document, and "
              "counts as much as the document attends to it; sum: the blank attends alone")
      .needs_that("no --stories", [this] { return !stories; });
}

void ReadingFormFields::visit(FieldList& fields) const {
  fields.add("lowercase", form.lowercase, "convert words to lower case")
      .add("blank", form.blank, "the word of a query that stands for the one to be found")
      .expect("a word without spaces",
              // Of the form, which outlives these fields.
              [&blank = form.blank] {
                return !blank.empty() && blank.find_first_of(" \t") == std::string::npos;
              })
      .add("context-lines", form.context_lines,
           "lines of a book before that of the query that are its document")
      .range<int64_t>(1, kNoLimit)
      .add("entity-markers", form.entity_markers,
           "how many candidates of a question are read as markers, drawn by lot, so that names "
           "which no training text has can be told apart; 0: none")
      .newer()
      .range<int64_t>(0, kLargestSize);
}

}  // namespace alinea
