#include "models/classifier_options.h"

#include "options/field_list.h"
#include "options/limits.h"

namespace alinea {

EncoderFields document_encoder() {
  EncoderFields fields;
  fields.embedding_size = 200;
  fields.hidden_size = 50;
  fields.dropout = 0.5;
  return fields;
}

void ClassifierOptions::visit(FieldList& fields) {
  words.visit(fields, {"--hierarchical", [this] { return hierarchical; }});
  fields.group("Model")
      .choice("pooling", pooling.kind, pooling_names(),
              "how a sequence of vectors is reduced to one")
      .add("hierarchical", hierarchical,
           "encode words to sentences and sentences to the document; otherwise the document is one "
           "sequence of words")
      .add("attention-size", pooling.attention_size, "hidden size of attention")
      .range<int64_t>(1, kLargestSize)
      .needs("pooling", {"attention", "self-attentive"})
      .add("pooling-rows", pooling.rows, "rows of weights of --pooling self-attentive")
      .range<int64_t>(1, kLargestSize)
      .newer()
      .needs("pooling", {"self-attentive"})
      .add("pooling-penalty", pooling.penalty,
           "weight of the penalty for rows of weights that are alike")
      .range(0.0, kAnyNumber)
      .newer()
      .needs("pooling", {"self-attentive"});
}

void ClassifierOptions::check() const {
  check_fields(*this);
  words.check();
}

void SplitterFields::visit(FieldList& fields) const {
  fields.add("lowercase", options.lowercase, "convert words to lower case")
      .add("tags-as-breaks", options.tags_as_breaks,
           "HTML tags and comments, such as <br />, end a sentence and are left out")
      .add("html-entities", options.html_entities,
           "replace HTML entities, such as &amp; and &#39;, with the characters they stand for")
      .newer()
      .add("max-words", options.max_words, "cut longer sentences to this many words; 0: keep all")
      .range<int64_t>(0, kNoLimit)
      .add("max-sentences", options.max_sentences,
           "cut longer documents to this many sentences; 0: keep all")
      .range<int64_t>(0, kNoLimit);
}

}  // namespace alinea
