#include "models/tagger_options.h"

#include "models/sequence_pooling.h"
#include "options/field_list.h"
#include "options/limits.h"

namespace alinea {

void TaggerOptions::visit(FieldList& fields) {
  encoder.visit(fields, "longer sentences are left out of training and validation");
  fields
      .add("crf", crf,
           "score all tags of a sentence together by a linear-chain CRF; otherwise each word has a "
           "softmax of its own")
      .add("character-features", character_features,
           "read the letters of each word, too, by a recurrent layer in both directions")
      .add("character-embedding-size", character_embedding_size, "size of a letter's vector")
      .range<int64_t>(1, kLargestSize)
      .needs("character-features")
      .add("character-hidden-size", character_hidden_size,
           "hidden units per direction of the layer that reads letters")
      .range<int64_t>(1, kLargestSize / 2)
      .needs("character-features")
      .add("joint-class", joint_class,
           "predict a class of each sentence beside its tags, the one in --class-column; assumes "
           "--validate-by sentences")
      .choice("pooling", pooling, plain_pooling_names(),
              "how the states of a sentence are reduced to one for its class")
      .needs("joint-class")
      .add("attention-size", attention_size, "hidden size of the attention of --pooling attention")
      .range<int64_t>(1, kLargestSize)
      .needs("joint-class")
      .add("slot-gate", slot_gate,
           "let what the class is predicted from scale the state of each word (Goo et al. 2018)")
      .needs("joint-class");
}

void TaggedFormFields::visit(FieldList& fields) const {
  fields
      .choice("form", form.form, tagged_form_names(),
              "columns: a word a line with its tags in further columns, and an empty line between "
              "sentences; lines: a sentence a line, its words and its tags between tabs")
      .add("word-column", form.word_column, "number of the column with the words, from 1")
      .range<int64_t>(1, kMostColumns)
      .add("tag-column", form.tag_column, "number of the column with the tags; 0: the last one")
      .range<int64_t>(0, kMostColumns)
      .add("class-column", form.class_column,
           "number of the column with the class of the sentence; 0: there is none")
      .range<int64_t>(0, kMostColumns);
}

void TaggedTextFields::visit(FieldList& fields) const {
  TaggedFormFields{form}.visit(fields);
  fields.add("lowercase", words.lowercase, "look words up in lower case")
      .add("zero-digits", words.zero_digits, "read every digit as 0");
}

}  // namespace alinea
