#include "models/reader.h"

#include "encoders/recurrent_encoder.h"
#include "ops/batched_matmul.h"
#include "ops/rows.h"
#include "ops/sum.h"
#include "ops/sum_at.h"
#include "ops/window.h"
#include "options/field_list.h"
#include "support/error.h"

namespace alinea {

namespace {

ReaderOptions checked_reader(const ReaderOptions& options) {
  check_fields(options);
  options.encoder.check();
  if (options.stories) throw UsageError("expected options of a reader of documents, got --stories");
  return options;
}

// Queries are read by a recurrent encoder of their own, otherwise by that of documents.
std::unique_ptr<Encoder> make_query_encoder(ParameterStore& store, const ReaderOptions& options,
                                            int64_t vocabulary) {
  if (options.encoder.encoder != "recurrent") return nullptr;
  EncoderOptions encoder = options.encoder.options();
  encoder.name = "query";
  encoder.embedding = &store.at("encoder.embedding.weight");
  return std::make_unique<RecurrentEncoder>(store, encoder, vocabulary);
}

// 1 / D_n for each word of document n, [N, 1, D].
Variable mean_weights(Tape& tape, std::span<const int64_t> lengths, int64_t width) {
  const auto count = static_cast<int64_t>(lengths.size());
  Variable weights = tape.zeros({count, 1, width});
  for (int64_t n = 0; n < count; ++n)
    std::fill_n(weights.value() + n * width, lengths[n], 1.0F / static_cast<float>(lengths[n]));
  return weights;
}

}  // namespace

Reader::Reader(const ReaderOptions& options, int64_t vocabulary,
               ParameterStore::Gradients gradients)
    : options_(checked_reader(options)),
      encoder_(
          make_encoder(options.encoder.encoder, store_, options.encoder.options(), vocabulary)),
      query_encoder_(make_query_encoder(store_, options, vocabulary)) {
  store_.allocate(gradients);
}

Reader::Texts Reader::read(Tape& tape, const Encoder& encoder,
                           std::span<const std::vector<int32_t>> texts) const {
  std::vector<int32_t> ids;
  Texts read;
  for (const std::vector<int32_t>& text : texts) {
    ids.insert(ids.end(), text.begin(), text.end());
    read.lengths.push_back(std::ssize(text));
  }
  const Encoded encoded = encoder(tape, {.ids = ids, .lengths = read.lengths});
  read.states = padded_states(tape, encoded);
  read.ponder = encoded.ponder;
  return read;
}

ReaderStates Reader::operator()(Tape& tape, const ReadingCorpus& corpus,
                                std::span<const int64_t> questions) const {
  const auto count = static_cast<int64_t>(questions.size());
  std::vector<std::vector<int32_t>> documents, queries;
  for (const int64_t q : questions) {
    ReadingIds ids = corpus.ids(q);
    documents.push_back(std::move(ids.document));
    queries.push_back(std::move(ids.query));
  }
  const Texts document = read(tape, *encoder_, documents);
  const Texts query = read(tape, query_encoder_ ? *query_encoder_ : *encoder_, queries);
  const int64_t width = document.states.shape()[1], steps = query.states.shape()[1];

  ReaderStates states;
  const Variable matches = ops::batched_dot(tape, query.states, document.states);  // Mᵀ [N, Q, D]
  states.alpha = ops::softmax_within(tape, matches, document.lengths);             // α(j)
  if (options_.has_query_weights()) {
    const Variable of_words = ops::batched_dot(tape, document.states, query.states);  // M [N, D, Q]
    const Variable each = ops::softmax_within(tape, of_words, query.lengths);         // β(i)
    const Variable beta =
        ops::weighted_sum(tape, mean_weights(tape, document.lengths, width), each);  // β [N, 1, Q]
    states.s = ops::weighted_sum(tape, beta, states.alpha);                          // s [N, 1, D]
    states.beta = beta.reshaped({count, steps});
  } else {
    std::vector<int64_t> rows;
    for (int64_t n = 0; n < count; ++n) rows.push_back(n * steps + corpus.blank(questions[n]));
    states.s = ops::gather_rows(tape, states.alpha, rows);
  }
  states.s = states.s.reshaped({count, width});
  for (const Variable& ponder : {document.ponder, query.ponder})
    if (ponder)
      states.penalty = ops::add_present(
          tape, states.penalty,
          ops::scale(tape, ponder, static_cast<float>(options_.encoder.transformer.ponder_cost)));
  return states;
}

Reader::Likelihood Reader::likelihood(Tape& tape, const ReaderStates& states,
                                      const ReadingCorpus& corpus,
                                      std::span<const int64_t> questions) const {
  std::vector<int64_t> places, ends;
  for (const int64_t q : questions) {
    const std::vector<int64_t> found = corpus.places(q, corpus.answer(q));
    places.insert(places.end(), found.begin(), found.end());
    ends.push_back(std::ssize(places));
  }
  const ops::LogSumAt sums = ops::log_sum_at(tape, states.s, {places, ends});
  return {sums.loss, sums.log_probabilities};
}

}  // namespace alinea
