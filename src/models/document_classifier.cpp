#include "models/document_classifier.h"

#include <iterator>
#include <string_view>

#include "ops/dropout.h"
#include "ops/rows.h"
#include "ops/sum.h"
#include "options/field_list.h"
#include "support/error.h"
#include "text/vocabulary.h"

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

constexpr int64_t kTextsOfPair = 2;

void add_words_of(Words words, std::vector<int32_t>& text) {
  text.insert(text.end(), words.begin(), words.end());
}

std::optional<PooledLevel> sentence_level(ParameterStore& store, const ClassifierOptions& options,
                                          const std::optional<WordLevel>& words) {
  if (!options.has_sentence_level()) return std::nullopt;
  return std::make_optional<PooledLevel>(store, "sentence", options, words->size());
}

}  // namespace

DocumentClassifier::DocumentClassifier(const ClassifierOptions& options, const Sizes& sizes,
                                       ParameterStore::Gradients gradients)
    : options_(checked(options)),
      sizes_(sizes),
      pairs_(options.has_pooling()
                 ? std::nullopt
                 : std::make_optional<PairLevel>(store_, options, sizes.vocabulary)),
      words_(options.has_pooling()
                 ? std::make_optional<WordLevel>(store_, options, sizes.vocabulary,
                                                 options.joins_pairs() ? kTextsOfPair : 0)
                 : std::nullopt),
      sentences_(sentence_level(store_, options, words_)),
      output_(store_, "output",
              pairs_       ? pairs_->size()
              : sentences_ ? sentences_->size()
                           : words_->size(),
              sizes.classes) {
  if (options_.joins_pairs() && words_->most_words().value_or(kPairMarks) < kPairMarks)
    throw UsageError(
        "pair-encoding joined requires positions for <s> and, behind each text, </s>: expected "
        "max-positions to be at least {}, got {}",
        kPairMarks, *words_->most_words());
  name_as_before(store_);
  store_.allocate(gradients);
}

// <s> premise </s> hypothesis </s>, and the text that each word is of as one of two features.
WordLevel::Read DocumentClassifier::read_joined(Tape& tape, const DocumentCorpus& corpus,
                                                std::span<const int64_t> documents,
                                                const Keep& keep) const {
  std::vector<std::vector<int32_t>> texts;
  std::vector<int64_t> of_text;
  for (const int64_t d : documents) {
    const Words premise = corpus.words(d, 0), hypothesis = corpus.words(d, 1);
    const JoinedLengths lengths = joined({premise.size(), hypothesis.size()});
    std::vector<int32_t>& text = texts.emplace_back();
    text.push_back(kBegin);
    add_words_of(premise.first(lengths.premise), text);
    text.push_back(kEnd);
    of_text.insert(of_text.end(), text.size(), 0);
    add_words_of(hypothesis.first(lengths.hypothesis), text);
    text.push_back(kEnd);
    of_text.insert(of_text.end(), lengths.hypothesis + 1, 1);
  }
  const Variable features = tape.zeros({std::ssize(of_text), kTextsOfPair});
  for (int64_t i = 0; i < std::ssize(of_text); ++i)
    features.value()[i * kTextsOfPair + of_text[i]] = 1;
  const std::vector<Words> sequences(texts.begin(), texts.end());
  return (*words_)(tape, sequences, keep, features);
}

DocumentClassifier::Unread& DocumentClassifier::Unread::operator+=(const Unread& other) {
  words += other.words;
  texts += other.texts;
  text = other.text;
  most_positions = other.most_positions;
  return *this;
}

// The second text of a pair stands behind a delimiter; two-way, each text is the second one once.
DocumentClassifier::Unread DocumentClassifier::unread(const DocumentCorpus& corpus) const {
  const std::optional<int64_t> most = pairs_ ? pairs_->most_words() : words_->most_words();
  Unread unread;
  if (!most) return unread;
  unread.most_positions = *most;
  const auto add = [&unread](int64_t words, int64_t read) {
    if (words <= read) return;
    unread.words += words - read;
    ++unread.texts;
  };
  for (int64_t d = 0; d < corpus.size(); ++d) {
    if (pairs_) {
      unread.text = "text of a pair";
      add(std::ssize(corpus.words(d, 0)), pairs_->is_two_way() ? *most - 1 : *most);
      add(std::ssize(corpus.words(d, 1)), *most - 1);
    } else if (options_.joins_pairs()) {
      unread.text = "pair";
      const JoinedLengths read = joined({corpus.words(d, 0).size(), corpus.words(d, 1).size()});
      add(std::ssize(corpus.words(d)), static_cast<int64_t>(read.premise + read.hypothesis));
    } else if (!options_.hierarchical) {
      unread.text = "document";
      add(std::ssize(corpus.words(d)), *most);
    } else {
      unread.text = "sentence";
      for (int64_t s = 0; s < corpus.sentences(d); ++s) add(std::ssize(corpus.words(d, s)), *most);
    }
  }
  return unread;
}

DocumentClassifier::Vectors DocumentClassifier::pair_vectors(Tape& tape,
                                                             const DocumentCorpus& corpus,
                                                             std::span<const int64_t> documents,
                                                             const Keep& keep,
                                                             Classified& result) const {
  std::vector<Words> premises, hypotheses;
  for (const int64_t d : documents) {
    premises.push_back(corpus.words(d, 0));
    hypotheses.push_back(corpus.words(d, 1));
  }
  PairLevel::Read read =
      (*pairs_)(tape, premises, hypotheses, keep.weights && options_.has_pair_attention());
  result.of_hypotheses = std::move(read.of_hypotheses);
  result.of_premises = std::move(read.of_premises);
  return {read.vectors, read.penalty};
}

DocumentClassifier::Vectors DocumentClassifier::text_vectors(Tape& tape,
                                                             const DocumentCorpus& corpus,
                                                             std::span<const int64_t> documents,
                                                             const Keep& keep,
                                                             Classified& result) const {
  const auto dropout = static_cast<float>(options_.words.dropout);
  WordLevel::Read words =
      options_.joins_pairs()
          ? read_joined(tape, corpus, documents, keep)
          : (*words_)(tape, sequences_of(corpus, documents, options_.hierarchical), keep);
  result.self_attention = std::move(words.self_attention);
  const std::vector<int64_t> counts = sentence_counts(corpus, documents);
  const SequenceLayout sentences(counts);
  Pooled top{words.vectors, {}, words.penalty};
  if (sentences_) {
    const Variable vectors =
        ops::gather_rows(tape, words.vectors, sentence_rows(counts, sentences));
    top = (*sentences_)(tape, ops::dropout(tape, vectors, dropout), sentences);
    top.penalty = ops::add_present(tape, words.penalty, top.penalty);
  }
  if (!keep.weights || !options_.pooling.has_attention()) return {top.vectors, top.penalty};

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
  return {top.vectors, top.penalty};
}

Classified DocumentClassifier::operator()(Tape& tape, const DocumentCorpus& corpus,
                                          std::span<const int64_t> documents,
                                          const Keep& keep) const {
  Classified result;
  const Vectors v = pairs_ ? pair_vectors(tape, corpus, documents, keep, result)
                           : text_vectors(tape, corpus, documents, keep, result);
  const auto dropout = static_cast<float>(options_.words.dropout);
  result.penalty = v.penalty;
  result.logits = output_(tape, ops::dropout(tape, v.of_documents, dropout));
  return result;
}

}  // namespace alinea
