#include "models/reader_options.h"

#include "options/field_list.h"
#include "options/limits.h"

namespace alinea {

std::vector<std::string> reader_names() { return {"attention-over-attention", "sum"}; }

void ReaderOptions::visit(FieldList& fields) {
  encoder.visit(fields);
  fields.choice("reader", reader, reader_names(),
                "attention-over-attention: each word of the query attends to the document, and "
                "counts as much as the document attends to it; sum: the blank attends alone");
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
      .range<int64_t>(1, kNoLimit);
}

}  // namespace alinea
