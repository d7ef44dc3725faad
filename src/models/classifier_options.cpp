#include "models/classifier_options.h"

#include "models/premise_attention.h"
#include "options/field_list.h"
#include "options/limits.h"
#include "support/error.h"

namespace alinea {

std::vector<std::string> pair_encoding_names() { return {"conditional", "separate", "joined"}; }

std::vector<std::string> pair_attention_names() {
  std::vector<std::string> names = PremiseAttention::names();
  names.emplace_back(kCompare);
  return names;
}

EncoderFields document_encoder() {
  EncoderFields fields;
  fields.embedding_size = 200;
  fields.hidden_size = 50;
  fields.dropout = 0.5;
  return fields;
}

void ClassifierOptions::visit(FieldList& fields) {
  words.visit(fields, "longer texts are cut, which is counted",
              {"--hierarchical", [this] { return has_sentence_level(); }});
  const std::string pooled = "--pair-encoding joined, or no --pairs";
  const auto is_pooled = [this] { return has_pooling(); };
  fields.group("Model")
      .add("pairs", pairs,
           "classify pairs of texts, a premise and a hypothesis; assumes --cell lstm and "
           "--no-bidirectional where --pair-encoding is conditional")
      .newer()
      .choice("pair-encoding", pair_encoding, pair_encoding_names(),
              "conditional: two recurrent encoders, the second one begins with the last state of "
              "the first; separate: one encoder reads each text by itself; joined: one encoder "
              "reads both as one text, the default of other encoders than recurrent")
      .newer()
      .needs("pairs")
      .choice("pair-attention", pair_attention, pair_attention_names(),
              "who attends to the premise: nobody, the last state of the hypothesis, or each of "
              "its words; two-way: each word of either text attends to the other text; compare: so "
              "does "
              "each, and is compared with what it sees")
      .newer()
      .needs("pairs")
      .needs("pair-encoding", {"conditional", "separate"})
      .choice("pooling", pooling.kind, pooling_names(),
              "how a sequence of vectors is reduced to one")
      .needs_that(pooled, is_pooled)
      .add("hierarchical", hierarchical,
           "encode words to sentences and sentences to the document; otherwise the document is one "
           "sequence of words")
      .needs_that("no --pairs", [this] { return !pairs; })
      .add("attention-size", pooling.attention_size, "hidden size of attention")
      .range<int64_t>(1, kLargestSize)
      .needs("pooling", {"attention", "self-attentive"})
      .needs_that(pooled, is_pooled)
      .add("pooling-rows", pooling.rows, "rows of weights of --pooling self-attentive")
      .range<int64_t>(1, kLargestSize)
      .newer()
      .needs("pooling", {"self-attentive"})
      .needs_that(pooled, is_pooled)
      .add("pooling-penalty", pooling.penalty,
           "weight of the penalty for rows of weights that are alike")
      .range(0.0, kAnyNumber)
      .newer()
      .needs("pooling", {"self-attentive"})
      .needs_that(pooled, is_pooled);
}

void ClassifierOptions::check() const {
  check_fields(*this);
  words.check();
  if (pairs && pair_encoding == "conditional" && words.encoder != "recurrent")
    throw UsageError(
        "pair-encoding conditional requires the encoder recurrent, got {}: choose separate or "
        "joined",
        words.encoder);
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
