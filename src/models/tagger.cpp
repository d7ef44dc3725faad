#include "models/tagger.h"

#include <algorithm>

#include "ops/activation.h"
#include "ops/affine.h"
#include "ops/cross_entropy.h"
#include "ops/dropout.h"
#include "ops/rows.h"
#include "ops/sum.h"
#include "options/field_list.h"

namespace alinea {

namespace {

TaggerOptions checked_tagger(const TaggerOptions& options) {
  check_fields(options);
  options.encoder.check();
  return options;
}

EncoderOptions options_of_encoder(const TaggerOptions& options) {
  EncoderOptions encoder = options.encoder.options();
  encoder.features = options.features();
  return encoder;
}

std::vector<int64_t> lengths_of(const TaggedCorpus& corpus, std::span<const int64_t> sentences) {
  std::vector<int64_t> lengths;
  for (const int64_t s : sentences) lengths.push_back(corpus.length(s));
  return lengths;
}

std::vector<int32_t> words_of(const TaggedCorpus& corpus, std::span<const int64_t> sentences) {
  std::vector<int32_t> ids;
  for (const int64_t s : sentences) {
    const std::span<const int32_t> words = corpus.words(s);
    ids.insert(ids.end(), words.begin(), words.end());
  }
  return ids;
}

ops::PackedSteps steps_of(const SequenceLayout& layout) {
  return {layout.packing()->offsets(), layout.packing()->active()};
}

// The tag of each row; one that the model does not know is taken for the first.
std::vector<int32_t> targets_of(const TaggedCorpus& corpus, std::span<const int64_t> sentences,
                                const SequenceLayout& layout, int64_t known) {
  std::vector<int32_t> targets;
  if (layout.packing()) targets.resize(static_cast<size_t>(layout.packing()->rows()));
  for (int64_t n = 0; n < layout.size(); ++n) {
    const std::span<const int32_t> tags = corpus.tags(sentences[n]);
    for (int64_t t = 0; t < std::ssize(tags); ++t)
      targets[layout.row(n, t)] = tags[t] < known ? tags[t] : 0;
  }
  return targets;
}

}  // namespace

Tagger::Tagger(const TaggerOptions& options, const Sizes& sizes,
               ParameterStore::Gradients gradients)
    : options_(checked_tagger(options)),
      sizes_(sizes),
      letters_(options.character_features
                   ? std::make_optional<WordLetters>(
                         store_, "characters",
                         WordLetters::Options{cell_from_name(options.encoder.cell), sizes.letters,
                                              options.character_embedding_size,
                                              options.character_hidden_size})
                   : std::nullopt),
      encoder_(make_encoder(options.encoder.encoder, store_, options_of_encoder(options),
                            sizes.vocabulary)),
      output_(store_, "output", {sizes.tags, encoder_->state_size()}) {
  const int64_t states = encoder_->state_size();
  if (options.crf)
    crf_.emplace(Crf{store_.add("crf.transitions", {sizes.tags, sizes.tags}, 0),
                     store_.add("crf.start", {sizes.tags}, 0),
                     store_.add("crf.end", {sizes.tags}, 0)});
  if (options.joint_class) {
    pooling_ = make_pooling({.kind = options.pooling, .attention_size = options.attention_size},
                            store_, "class.attention", states);
    class_output_.emplace(store_, "class.output", Shape{sizes.classes, states});
  }
  if (options.joint_class && options.slot_gate)
    gate_.emplace(Gate{Linear(store_, "gate", states, states, Bias::kNone),
                       store_.add("gate.v", {states}, glorot_limit(states, 1))});
  store_.allocate(gradients);
}

// The letters of each of the words, those of a spelling that comes again computed once.
Variable Tagger::letters_of(Tape& tape, const TaggedCorpus& corpus,
                            std::span<const int64_t> sentences) const {
  std::vector<int32_t> spellings;
  for (const int64_t s : sentences) {
    const std::span<const int32_t> words = corpus.spellings(s);
    spellings.insert(spellings.end(), words.begin(), words.end());
  }
  std::vector<int32_t> different = spellings;
  std::ranges::sort(different);
  different.erase(std::unique(different.begin(), different.end()), different.end());
  std::vector<std::span<const int32_t>> letters;
  letters.reserve(different.size());
  for (const int32_t spelling : different) letters.push_back(corpus.letters(spelling));
  std::vector<int64_t> rows;
  rows.reserve(spellings.size());
  for (const int32_t spelling : spellings)
    rows.push_back(std::ranges::lower_bound(different, spelling) - different.begin());
  return ops::gather_rows(tape, (*letters_)(tape, letters), rows);
}

// h_t + g_t h_t with g_t = v_gᵀ tanh(h_t + W_g v)
Variable Tagger::gated(Tape& tape, const Variable& states, const Variable& pooled,
                       const SequenceLayout& layout) const {
  std::vector<int64_t> sentence(static_cast<size_t>(layout.packing()->rows()));
  for (int64_t n = 0; n < layout.size(); ++n)
    for (int64_t t = 0; t < layout.lengths()[n]; ++t) sentence[layout.row(n, t)] = n;
  const Variable of_class =
      ops::gather_rows(tape, gate_->projection(tape, pooled), sentence);  // [rows, K]
  const Variable u = ops::tanh(tape, ops::add(tape, states, of_class));
  const Variable v = tape.use(gate_->v).reshaped({gate_->v.shape()[0], 1});
  return ops::gate_rows(tape, states, ops::affine(tape, u, v));
}

TagStates Tagger::operator()(Tape& tape, const TaggedCorpus& corpus,
                             std::span<const int64_t> sentences, Keep keep) const {
  const auto dropout = static_cast<float>(options_.encoder.dropout);
  TagStates result{SequenceLayout(lengths_of(corpus, sentences)), {}, {}};
  Variable pooled;
  if (result.layout.packing()) {
    std::vector<int64_t> with_words(sentences.begin(), sentences.end());
    std::erase_if(with_words, [&](int64_t s) { return corpus.length(s) == 0; });
    const std::vector<int32_t> ids = words_of(corpus, with_words);
    const std::vector<int64_t> lengths = lengths_of(corpus, with_words);
    Source source{.ids = ids, .lengths = lengths, .keep_attention = keep == Keep::kAttention};
    if (letters_) source.features = letters_of(tape, corpus, with_words);
    Encoded encoded = (*encoder_)(tape, source);
    Variable states = encoded.states;  // [rows, K]; sentences without words have none
    if (pooling_)
      pooled = ops::gather_rows(tape, (*pooling_)(tape, states, steps_of(result.layout)).vectors,
                                result.layout.places());
    if (gate_) states = gated(tape, states, pooled, result.layout);
    result.emissions = output_.logits(tape, ops::dropout(tape, states, dropout));
    result.attention = encoded.attention;
    if (encoded.ponder)
      result.penalty = ops::scale(tape, encoded.ponder,
                                  static_cast<float>(options_.encoder.transformer.ponder_cost));
  } else if (pooling_) {
    pooled = tape.zeros({result.layout.size(), encoder_->state_size()});
  }
  if (class_output_)
    result.classes = class_output_->logits(tape, ops::dropout(tape, pooled, dropout));
  return result;
}

ops::ChainScores Tagger::chain(Tape& tape, const Variable& emissions) const {
  return {emissions, tape.use(crf_->transitions), tape.use(crf_->start), tape.use(crf_->end)};
}

void Tagger::add_tags(Tape& tape, const TagStates& states, std::span<const int32_t> targets,
                      float label_smoothing, TagLikelihood& likelihood) const {
  const SequenceLayout& layout = states.layout;
  if (!crf_) {
    const ops::CrossEntropy entropy =
        ops::cross_entropy(tape, states.emissions, targets, label_smoothing);
    likelihood.loss = entropy.loss;
    for (int64_t n = 0; n < layout.size(); ++n)
      for (int64_t t = 0; t < layout.lengths()[n]; ++t)
        likelihood.tags[n] += static_cast<double>(entropy.log_probabilities[layout.row(n, t)]);
    return;
  }
  const ops::ChainLikelihood all =
      ops::chain_likelihood(tape, chain(tape, states.emissions), targets, steps_of(layout));
  likelihood.loss = all.loss;
  for (int64_t n = 0; n < layout.size(); ++n)
    if (layout.places()[n] != ops::kNoRow)
      likelihood.tags[n] = all.log_probabilities[layout.places()[n]];
}

TagLikelihood Tagger::likelihood(Tape& tape, const TagStates& states, const TaggedCorpus& corpus,
                                 std::span<const int64_t> sentences, float label_smoothing) const {
  TagLikelihood likelihood;
  likelihood.tags.resize(sentences.size());
  if (states.emissions)
    add_tags(tape, states, targets_of(corpus, sentences, states.layout, sizes_.tags),
             label_smoothing, likelihood);
  if (!states.classes) return likelihood;
  std::vector<int32_t> labels;
  for (const int64_t s : sentences) labels.push_back(std::max(corpus.label(s), 0));
  const ops::CrossEntropy entropy =
      ops::cross_entropy(tape, states.classes, labels, label_smoothing);
  likelihood.loss = ops::add_present(tape, likelihood.loss, entropy.loss);
  for (const float log_probability : entropy.log_probabilities)
    likelihood.classes.push_back(static_cast<double>(log_probability));
  return likelihood;
}

std::vector<std::vector<int32_t>> Tagger::best_tags(Tape& tape, const TagStates& states) const {
  const SequenceLayout& layout = states.layout;
  std::vector<int32_t> best;  // of each row
  if (states.emissions && crf_) {
    best = ops::best_chain(chain(tape, states.emissions), steps_of(layout));
  } else if (states.emissions) {
    const auto count = static_cast<size_t>(sizes_.tags);
    for (size_t r = 0; r < static_cast<size_t>(states.emissions.rows()); ++r) {
      const std::span<const float> row = states.emissions.values().subspan(r * count, count);
      best.push_back(static_cast<int32_t>(std::ranges::max_element(row) - row.begin()));
    }
  }
  std::vector<std::vector<int32_t>> tags(static_cast<size_t>(layout.size()));
  for (int64_t n = 0; n < layout.size(); ++n)
    for (int64_t t = 0; t < layout.lengths()[n]; ++t) tags[n].push_back(best[layout.row(n, t)]);
  return tags;
}

}  // namespace alinea
