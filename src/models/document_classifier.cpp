#include "models/document_classifier.h"

#include <algorithm>

#include "layers/word_dropout.h"
#include "ops/dropout.h"
#include "ops/rows.h"
#include "options/field_list.h"

namespace alinea {

namespace {

using Words = std::span<const int32_t>;

ClassifierOptions checked(const ClassifierOptions& options) {
  check_fields(options);
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

std::vector<int64_t> lengths_of(std::span<const Words> sequences) {
  std::vector<int64_t> lengths;
  for (const Words words : sequences) lengths.push_back(static_cast<int64_t>(words.size()));
  return lengths;
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

std::vector<float> weights_of(const Variable& weights, const SequenceLayout& layout,
                              int64_t sequence, int64_t length) {
  std::vector<float> found;
  for (int64_t t = 0; t < length; ++t) found.push_back(weights.value()[layout.row(sequence, t)]);
  return found;
}

}  // namespace

DocumentClassifier::DocumentClassifier(const ClassifierOptions& options, const Sizes& sizes,
                                       ParameterStore::Gradients gradients)
    : options_(checked(options)),
      sizes_(sizes),
      embedding_(store_, "embedding", sizes.vocabulary, options.embedding_size),
      words_(store_, "word", options, options.embedding_size),
      sentences_(options.hierarchical ? std::make_optional<PooledLevel>(store_, "sentence", options,
                                                                        words_.outputs())
                                      : std::nullopt),
      output_(store_, "output", words_.outputs(), sizes.classes) {
  store_.allocate(gradients);
}

Pooled DocumentClassifier::read_words(Tape& tape, std::span<const Words> sequences,
                                      const SequenceLayout& layout) const {
  std::vector<int32_t> ids;
  if (layout.packing()) ids.resize(static_cast<size_t>(layout.packing()->rows()));
  for (size_t i = 0; i < sequences.size(); ++i)
    for (size_t t = 0; t < sequences[i].size(); ++t)
      ids[layout.row(static_cast<int64_t>(i), static_cast<int64_t>(t))] = sequences[i][t];
  drop_words(tape, options_.word_dropout, ids);
  const Variable embedded =
      ops::dropout(tape, embedding_(tape, ids), static_cast<float>(options_.dropout));
  return words_(tape, embedded, layout);
}

Classified DocumentClassifier::operator()(Tape& tape, const DocumentCorpus& corpus,
                                          std::span<const int64_t> documents, Keep keep) const {
  const auto dropout = static_cast<float>(options_.dropout);
  const std::vector<Words> sequences = sequences_of(corpus, documents, options_.hierarchical);
  const SequenceLayout words(lengths_of(sequences));
  const Pooled word_level = read_words(tape, sequences, words);
  Classified result;

  const std::vector<int64_t> counts = sentence_counts(corpus, documents);
  const SequenceLayout sentences(counts);
  Pooled top = word_level;
  if (sentences_) {
    const Variable vectors =
        ops::gather_rows(tape, word_level.vectors, sentence_rows(counts, sentences));
    top = (*sentences_)(tape, ops::dropout(tape, vectors, dropout), sentences);
  }
  result.logits = output_(tape, ops::dropout(tape, top.vectors, dropout));
  if (keep == Keep::kNothing || !options_.has_attention()) return result;

  size_t sequence = 0;
  for (size_t d = 0; d < documents.size(); ++d) {
    const auto n = static_cast<int64_t>(d);
    Classified::Weights& weights = result.weights.emplace_back();
    if (sentences_) {
      weights.sentences = weights_of(top.weights, sentences, n, counts[d]);
    } else {
      weights.sentences = {1.0F};
    }
    for (size_t s = 0; s < weights.sentences.size(); ++s, ++sequence)
      weights.words.push_back(weights_of(word_level.weights, words, static_cast<int64_t>(sequence),
                                         std::ssize(sequences[sequence])));
  }
  return result;
}

}  // namespace alinea
