#include "models/classifier_options.h"

#include "layers/recurrent.h"
#include "models/sequence_pooling.h"
#include "options/field_list.h"
#include "options/limits.h"

namespace alinea {

void ClassifierOptions::visit(FieldList& fields) {
  fields.group("Model")
      .choice("cell", cell, cell_names(), "recurrent cell")
      .choice("pooling", pooling, pooling_names(), "how a sequence of vectors is reduced to one")
      .add("hierarchical", hierarchical,
           "encode words to sentences and sentences to the document; otherwise the document is one "
           "sequence of words")
      .add("embedding-size", embedding_size, "size of a word's vector")
      .range<int64_t>(1, kLargestSize)
      .add("hidden-size", hidden_size, "hidden units per direction, at each level")
      .range<int64_t>(1, kLargestSize)
      .add("attention-size", attention_size, "hidden size of attention")
      .range<int64_t>(1, kLargestSize)
      .needs("pooling", {"attention"})
      .add("dropout", dropout, "dropout probability of embeddings and of the outputs of levels")
      .range(0.0, kMostDropped)
      .add("word-dropout", word_dropout, "probability that a word is read as unknown")
      .range(0.0, kMostDropped);
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
