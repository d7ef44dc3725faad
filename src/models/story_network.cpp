#include "models/story_network.h"

#include "layers/word_dropout.h"
#include "ops/dropout.h"
#include "ops/masked_sum.h"
#include "ops/rows.h"
#include "ops/sum.h"
#include "options/field_list.h"
#include "support/error.h"

namespace alinea {

namespace {

// A sum of half a dozen words is then about as large as the sinusoids of positions.
constexpr float kSummedEmbeddingLimit = 0.5F;

ReaderOptions checked_stories(const ReaderOptions& options) {
  check_fields(options);
  options.encoder.check();
  if (!options.stories) throw UsageError("expected options of stories: see --stories");
  return options;
}

Parameter& add_masks(ParameterStore& store, const ReaderOptions& options) {
  const int64_t size = options.encoder.embedding_size, count = options.sentence_positions;
  Parameter& masks = store.add("encoder.mask.weight", {count, size}, 0);
  masks.start_from(1.0F, 0, count * size);
  return masks;
}

}  // namespace

StoryNetwork::StoryNetwork(const ReaderOptions& options, const Sizes& sizes,
                           ParameterStore::Gradients gradients)
    : options_(checked_stories(options)),
      embedding_(store_, "encoder.embedding", sizes.vocabulary, options.encoder.embedding_size,
                 kSummedEmbeddingLimit),
      masks_(add_masks(store_, options)),
      encoder_(make_encoder(options.encoder.encoder, store_, options.encoder.options(),
                            /*vocabulary=*/0)),
      output_(store_, "output", encoder_->state_size(), sizes.answers) {
  store_.allocate(gradients);
}

// q [N, K]
Variable StoryNetwork::summary_of(Tape& tape, const Encoded& encoded) const {
  if (!encoded.last.empty()) return encoded.last.back().h;
  if (options_.encoder.encoder != "transformer") return mean_states(tape, encoded);
  std::vector<int64_t> rows;
  for (int64_t n = 0; n < encoded.layout.size(); ++n)
    rows.push_back(encoded.layout.row(n, encoded.layout.lengths()[n] - 1));
  return ops::gather_rows(tape, encoded.states, rows);
}

StoryStates StoryNetwork::operator()(Tape& tape, const StoryCorpus& corpus,
                                     std::span<const int64_t> questions,
                                     bool keep_attention) const {
  std::vector<int32_t> words;
  std::vector<int64_t> lengths, sentences;  // of each sentence, and of each question
  const auto add = [&](std::span<const int32_t> sentence) {
    words.insert(words.end(), sentence.begin(), sentence.end());
    lengths.push_back(std::ssize(sentence));
  };
  for (const int64_t q : questions) {
    for (int64_t i = 0; i < corpus.facts(q); ++i) add(corpus.fact(q, i));
    add(corpus.query(q));
    sentences.push_back(corpus.facts(q) + 1);
  }
  drop_words(tape, options_.encoder.word_dropout, words);
  const Variable vectors =
      ops::masked_sum(tape, embedding_(tape, words), tape.use(masks_), lengths);
  const Encoded encoded = (*encoder_)(
      tape,
      {.ids = {}, .lengths = sentences, .keep_attention = keep_attention, .vectors = vectors});

  const EncoderFields& o = options_.encoder;
  const Variable summary = summary_of(tape, encoded);
  StoryStates states{output_(tape, ops::dropout(tape, summary, static_cast<float>(o.dropout)))};
  if (encoded.ponder)
    states.penalty =
        ops::scale(tape, encoded.ponder, static_cast<float>(o.transformer.ponder_cost));
  states.attention = encoded.attention;
  return states;
}

}  // namespace alinea
