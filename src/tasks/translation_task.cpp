#include "tasks/translation_task.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

#include "encoders/encoder_cost.h"
#include "ops/sum.h"
#include "search/translator.h"

namespace alinea {

namespace {

// Of a layer of the decoder.
int64_t floats_of_decoder_layer(const ModelOptions& o) {
  if (o.chosen_decoder() == "feed-forward")
    return kFloatsOfUnit * (o.hidden_size + o.context * o.embedding_size / 2);
  return floats_of_layer(o.chosen_decoder(), o.hidden_size, encoder_options(o));
}

}  // namespace

TranslationTask::Floats TranslationTask::floats_of(const EncoderDecoder& model) {
  const ModelOptions& o = model.options();
  const int64_t word = kFloatsOfUnit * o.embedding_size;
  const int64_t attention = o.has_layered_decoder() ? word : 0;
  const int64_t passes = o.full_context ? 2 : 1;
  return {
      .source_word = word + o.encoder_layers * floats_of_layer(o.chosen_encoder(), o.state_size(),
                                                               encoder_options(o)),
      .target_word = word + passes * o.decoder_layers * (floats_of_decoder_layer(o) + attention) +
                     2 * model.vocabularies().target};
}

TranslationTask::TranslationTask(EncoderDecoder& model, const Data& data, const Options& options)
    : model_(model),
      data_(data),
      options_(options),
      floats_(floats_of(model)),
      likelihood_{.label_smoothing = static_cast<float>(options.label_smoothing),
                  .keep_attention = data.guide != nullptr,
                  .draw_positions = true,
                  .last_layer = data.guide == nullptr ? std::nullopt : data.guide->layer()},
      terms_{"target tokens",
             true,
             {{"perplexity", "perplexity", Better::kLower}},
             TaskTerms().least_share,
             "leave out long pairs with a lower --max-length"} {
  if (data.validation.measure) terms_.measures.push_back(data.validation.measure->terms);
  if (options.pieces_alpha == 0) return;
  if (!data.languages.has_features)
    source_sampler_ = data.languages.source.tokenizer().sampler(options.pieces_alpha);
  target_sampler_ = data.languages.target.tokenizer().sampler(options.pieces_alpha);
}

// Roughly the floats that the tape keeps: gates, states and their gradients in every layer, logits
// over the vocabulary, attention weights.
int64_t TranslationTask::cost(std::span<const int64_t> examples) const {
  int64_t source = 0, target = 0;  // S and T
  for (const int64_t i : examples) {
    source = std::max(source, model_.source_positions(data_.training.source_length(i) + 1));
    target = std::max(target, data_.training.target_length(i) + 1);
  }
  const ModelOptions& o = model_.options();
  const int64_t each =
      source * floats_.source_word + target * floats_.target_word + source * target * 4;
  // A copy of the keys a step, and its gradient.
  const int64_t covered =
      o.coverage ? 2 * source * target * std::max(o.attention_size, o.hidden_size) : 0;
  return std::ssize(examples) * (each + covered);
}

EpochBatches TranslationTask::batches(uint64_t seed, int64_t epoch) {
  seed_ = seed;
  epoch_ = epoch;
  return EpochBatches(data_.training, options_.batch, seed, epoch);
}

void TranslationTask::begin_update(int64_t updates) {
  likelihood_.teacher_forcing = static_cast<float>(teacher_forcing(options_.sampling, updates));
}

// The reward of the update, per word: b ← 0.9 b + 0.1 r (Xu et al. 2015, section 4.1).
void TranslationTask::end_update(double feedback, int64_t count) {
  constexpr float kKept = 0.9F;
  const double reward = feedback / static_cast<double>(count);
  likelihood_.baseline = kKept * likelihood_.baseline + (1 - kKept) * static_cast<float>(reward);
}

std::span<float> TranslationTask::carried() {
  if (!model_.options().has_hard_attention()) return {};
  return {&likelihood_.baseline, 1};
}

BatchLoss TranslationTask::loss(Tape& tape, std::span<const int64_t> examples) const {
  const auto batch = std::make_shared<Batch>(
      target_sampler_ ? make_sampled_batch(examples) : make_batch(data_.training, examples));
  if (options_.augment.is_on()) augment(*batch);
  const Likelihood likelihood = model_.likelihood(tape, *batch, likelihood_);
  const Variable loss =
      data_.guide == nullptr
          ? likelihood.loss
          : ops::add(tape, likelihood.loss, data_.guide->loss(tape, likelihood.attention, *batch));
  const double reported = static_cast<double>(loss.value()[0]);
  const Variable objective = ops::add_present(tape, loss, likelihood.penalty);
  return {
      objective, reported, batch->target_tokens(), batch,
      std::accumulate(likelihood.log_probability.begin(), likelihood.log_probability.end(), 0.0)};
}

// By the seed, the epoch and the pair alone, so that a training that goes on draws the same.
TranslationTask::SampledPair TranslationTask::sample(int64_t pair) const {
  constexpr uint64_t kStream = 0x706965636573;  // keeps the pieces apart from dropout and order
  Random seeds(Random(seed_ ^ kStream).next() + static_cast<uint64_t>(epoch_));
  Random random(seeds.next() + static_cast<uint64_t>(pair));
  SampledPair sampled;
  if (source_sampler_)
    sampled.source = source_sampler_->sample(data_.training.source(pair), random);
  sampled.target = target_sampler_->sample(data_.training.target(pair), random);
  return sampled;
}

// Of every example by the seed, the epoch and its number alone.
void TranslationTask::augment(Batch& batch) const {
  constexpr uint64_t kStream = 0x6d61736b73;
  Random seeds(Random(seed_ ^ kStream).next() + static_cast<uint64_t>(epoch_));
  const uint64_t first = seeds.next();
  const auto columns = static_cast<int64_t>(model_.options().front_end.columns);
  std::span<float> rest(batch.features);
  for (size_t n = 0; n < batch.index.size(); ++n) {
    Random random(first + static_cast<uint64_t>(batch.index[n]));
    const auto size = static_cast<size_t>(batch.source_lengths[n] * columns);
    spec_augment(rest.first(size), columns, options_.augment, random);
    rest = rest.subspan(size);
  }
}

Batch TranslationTask::make_sampled_batch(std::span<const int64_t> pairs) const {
  std::vector<SampledPair> sampled;
  sampled.reserve(pairs.size());
  for (const int64_t pair : pairs) sampled.push_back(sample(pair));
  std::vector<SentencePair> batch;
  for (size_t i = 0; i < pairs.size(); ++i)
    batch.push_back(
        {sampled[i].source, sampled[i].target, pairs[i], data_.training.features(pairs[i])});
  return make_batch(batch);
}

Validation TranslationTask::validate(Group& group) const {
  const ParallelCorpus& corpus = data_.validation.corpus;
  std::vector<SentencePair> pairs;
  for (const int64_t i : share(group, corpus.size())) pairs.push_back(corpus.pair(i));
  const std::vector<ScoredPair> mine = score(model_, pairs, {});
  // Every sentence is some rank's, and 0 elsewhere.
  std::vector<double> log_probabilities(static_cast<size_t>(corpus.size()));
  for (size_t i = 0; i < pairs.size(); ++i)
    log_probabilities[static_cast<size_t>(pairs[i].index)] = mine[i].log_probability;
  group.sum(log_probabilities);
  int64_t tokens = 0;
  for (int64_t i = 0; i < corpus.size(); ++i) tokens += std::ssize(corpus.target(i)) + 1;
  Validation validation;
  validation.loss = -std::accumulate(log_probabilities.begin(), log_probabilities.end(), 0.0) /
                    static_cast<double>(tokens);
  validation.measures = {std::exp(validation.loss)};
  if (data_.validation.measure) judge_translations(group, validation);
  return validation;
}

// One rank does it for all: what it asks may be slow, and another program.
void TranslationTask::judge_translations(Group& group, Validation& validation) const {
  const std::vector<std::string> translations = translate_greedily(group);
  Judgement judgement;
  if (group.leads()) judgement = data_.validation.measure->judge(translations);
  group.sum(std::span(&judgement.score, 1));
  validation.measures.push_back(judgement.score);
  validation.details = judgement.note;
}

std::vector<std::string> TranslationTask::translate_greedily(Group& group) const {
  const ParallelCorpus& corpus = data_.validation.corpus;
  std::vector<SentencePair> sources;
  for (const int64_t i : share(group, corpus.size())) {
    sources.push_back(corpus.pair(i));
    sources.back().target = {};
  }
  TranslatorOptions options;
  options.search.beam_size = 1;
  std::string lines;  // of this rank
  for (const std::vector<Hypothesis>& best : translate(model_, sources, options)) {
    if (!best.empty()) lines += data_.languages.target.decode(best.front().tokens);
    lines += '\n';
  }
  std::vector<std::istringstream> ranks;
  for (const std::string& text : group.gather(lines)) ranks.emplace_back(text);
  std::vector<std::string> hypotheses(static_cast<size_t>(corpus.size()));
  for (size_t i = 0; i < hypotheses.size(); ++i)
    std::getline(ranks[i % ranks.size()], hypotheses[i]);
  return hypotheses;
}

}  // namespace alinea
