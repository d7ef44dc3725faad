#include "models/document_classifier.h"

#include <iterator>
#include <string_view>

#include "ops/dropout.h"
#include "ops/rows.h"
#include "ops/sum.h"
#include "options/field_list.h"

namespace alinea {

namespace {

using Words = std::span<const int32_t>;

ClassifierOptions checked(const ClassifierOptions& options) {
  options.check();
  return options;
}

// What the word level reads: every sentence of every document, or every document as one.
std::vector<Words> sequences_of(const DocumentCorpus& corpus, std::span<const int64_t> documents,
                                bool hierarchical) {
  std::vector<Words> sequences;
  for (const int64_t d : documents) {
    if (!hierarchical) sequences.push_back(corpus.words(d));
    for (int64_t s = 0; hierarchical && s < corpus.sentences(d); ++s)
      sequences.push_back(corpus.words(d, s));
  }
  return sequences;
}

std::vector<int64_t> sentence_counts(const DocumentCorpus& corpus,
                                     std::span<const int64_t> documents) {
  std::vector<int64_t> counts;
  for (const int64_t d : documents) counts.push_back(corpus.sentences(d));
  return counts;
}

// For each packed row of the sentence level, which sentence it is, counted through all documents.
std::vector<int64_t> sentence_rows(std::span<const int64_t> counts, const SequenceLayout& layout) {
  std::vector<int64_t> rows;
  if (layout.packing()) rows.resize(static_cast<size_t>(layout.packing()->rows()));
  int64_t sentence = 0;
  for (size_t d = 0; d < counts.size(); ++d)
    for (int64_t s = 0; s < counts[d]; ++s)
      rows[layout.row(static_cast<int64_t>(d), s)] = sentence++;
  return rows;
}

// Older versions gave the only encoder that they had other names.
void name_as_before(ParameterStore& store) {
  for (Parameter& parameter : store.parameters()) {
    const std::string& name = parameter.name();
    if (name == "encoder.embedding.weight") parameter.was_called("embedding.weight");
    if (constexpr std::string_view kLayer = "encoder.layer0."; name.starts_with(kLayer))
      parameter.was_called("word." + name.substr(kLayer.size()));
  }
}

}  // namespace

DocumentClassifier::DocumentClassifier(const ClassifierOptions& options, const Sizes& sizes,
                                       ParameterStore::Gradients gradients)
    : options_(checked(options)),
      sizes_(sizes),
      words_(store_, options, sizes.vocabulary),
      sentences_(options.hierarchical
                     ? std::make_optional<PooledLevel>(store_, "sentence", options, words_.size())
                     : std::nullopt),
      output_(store_, "output", sentences_ ? sentences_->size() : words_.size(), sizes.classes) {
  name_as_before(store_);
  store_.allocate(gradients);
}

Classified DocumentClassifier::operator()(Tape& tape, const DocumentCorpus& corpus,
                                          std::span<const int64_t> documents,
                                          const Keep& keep) const {
  const auto dropout = static_cast<float>(options_.words.dropout);
  const bool keep_weights = keep.weights && options_.pooling.has_attention();
  const std::vector<Words> sequences = sequences_of(corpus, documents, options_.hierarchical);
  WordLevel::Read words = words_(tape, sequences, keep);
  Classified result{.logits = {}, .penalty = words.penalty};
  result.self_attention = std::move(words.self_attention);

  const std::vector<int64_t> counts = sentence_counts(corpus, documents);
  const SequenceLayout sentences(counts);
  Pooled top{words.vectors, {}};
  if (sentences_) {
    const Variable vectors =
        ops::gather_rows(tape, words.vectors, sentence_rows(counts, sentences));
    top = (*sentences_)(tape, ops::dropout(tape, vectors, dropout), sentences);
    result.penalty = ops::add_present(tape, result.penalty, top.penalty);
  }
  result.logits = output_(tape, ops::dropout(tape, top.vectors, dropout));
  if (!keep_weights) return result;

  const int64_t rows = options_.pooling.weight_rows();
  auto next = words.weights.begin();
  for (size_t d = 0; d < documents.size(); ++d) {
    Classified::Weights& weights = result.weights.emplace_back();
    weights.rows = rows;
    weights.sentences = sentences_ ? weights_of(top.weights, sentences, static_cast<int64_t>(d))
                                   : std::vector<float>(static_cast<size_t>(rows), 1.0F);
    const int64_t count = sentences_ ? counts[d] : 1;
    weights.words.assign(std::move_iterator(next), std::move_iterator(next + count));
    next += count;
  }
  return result;
}

}  // namespace alinea
