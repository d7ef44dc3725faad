#include "tasks/language_task.h"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "autograd/parallel.h"
#include "encoders/encoder_cost.h"
#include "ops/sum.h"
#include "text/vocabulary.h"

namespace alinea {

namespace {

constexpr uint64_t kMaskStream = 0x6d61736b;  // keeps the masks apart from dropout and order

// What is validated at a time: some examples, or the next window of every stream.
std::vector<std::vector<int64_t>> validation_batches(const TextExamples& examples, int64_t size) {
  std::vector<int64_t> order;
  for (int64_t i = 0; i < examples.size(); ++i)
    if (examples.window(i).length() > 0) order.push_back(i);
  if (!examples.is_carried())
    std::ranges::stable_sort(order, std::greater<>(),
                             [&](int64_t i) { return examples.window(i).length(); });
  std::vector<std::vector<int64_t>> batches;
  int64_t window = -1;
  for (const int64_t i : order) {
    const bool is_full =
        batches.empty() || (examples.is_carried() ? i / examples.streams() != window
                                                  : std::ssize(batches.back()) == size);
    if (is_full) batches.emplace_back();
    batches.back().push_back(i);
    window = i / examples.streams();
  }
  return batches;
}

// Ranks take one stream in so many, each always the same ones.
bool is_own(const Group& group, int64_t stream) { return stream % group.size() == group.rank(); }

// On all ranks: each has the states of its own streams, and gets those of the others.
void gather(Group& group, CarriedStates& carried) {
  if (group.is_alone()) return;
  const std::span<float> values = carried.values();
  const size_t size = values.size() / static_cast<size_t>(carried.streams());
  for (int64_t stream = 0; stream < carried.streams(); ++stream)
    if (!is_own(group, stream))
      std::ranges::fill(values.subspan(static_cast<size_t>(stream) * size, size), 0.0F);
  group.begin_sum(values, /*key=*/0);
  group.finish_sums();
}

// Of the windows of a batch, in its order.
std::vector<CarriedStates::Place> places_of(const TextExamples& examples, const Batch& batch,
                                            std::span<const int64_t> numbers) {
  std::vector<CarriedStates::Place> places;
  for (const int64_t i : batch.index) {
    const int64_t example = numbers[static_cast<size_t>(i)];
    places.push_back({examples.stream(example), examples.begins_stream(example)});
  }
  return places;
}

// A stream may begin within a line. There, too, the first word that is read is <s>: the first
// states are never followed by anything else, and what a model makes of them and another word is
// left to chance.
void begin_streams(std::span<const CarriedStates::Place> places, Batch& batch) {
  size_t first = 0;
  for (size_t n = 0; n < places.size(); ++n) {
    if (places[n].begins) batch.previous[first] = kBegin;
    first += static_cast<size_t>(batch.target_lengths[n]);
  }
}

// Roughly what the tape keeps of a token: that of every layer, and logits over the vocabulary.
int64_t floats_of_token(const LanguageNetwork& model) {
  const LanguageOptions& o = model.options();
  const EncoderFields& network = o.network;
  const int64_t directions = o.objective == "causal" ? 1 : 2;
  const int64_t layers = directions * network.layers *
                         floats_of_layer(network.encoder, network.hidden_size, network.options());
  const int64_t logits = (o.is_masked() ? 1 : 2 * directions) * model.vocabulary_size();
  return kFloatsOfUnit * network.embedding_size + layers + logits;
}

}  // namespace

LanguageTask::LanguageTask(LanguageNetwork& model, const Data& data, const Options& options)
    : model_(model),
      options_(options),
      floats_of_token_(floats_of_token(model)),
      training_(data.training, options.cut, TextExamples::Leftover::kDropped),
      validation_(data.validation, options.cut, TextExamples::Leftover::kKept),
      terms_{"tokens",
             true,
             {{"perplexity", "perplexity", Better::kLower}},
             TaskTerms().least_share,
             options.cut.kind == TextCut::Kind::kLines ? "leave out long lines with --max-length"
                                                       : "give a smaller --bptt"} {
  options_.batch.in_order = training_.is_carried();
  if (!training_.is_carried()) return;
  options_.batch.size = training_.streams();
  options_.batch.unit = BatchUnit::kSentences;
  carried_.emplace(model, training_.streams());
}

int64_t LanguageTask::line(int64_t example) const {
  return options_.cut.kind == TextCut::Kind::kLines ? training_.corpus().line_number(example) : 0;
}

int64_t LanguageTask::cost(std::span<const int64_t> examples) const {
  int64_t tokens = 0;
  for (const int64_t i : examples) tokens += training_.window(i).length();
  return tokens * floats_of_token_;
}

EpochBatches LanguageTask::batches(uint64_t seed, int64_t epoch) {
  training_.begin_epoch(seed, epoch);
  mask_seed_ = Random(seed ^ kMaskStream).next() + static_cast<uint64_t>(epoch);
  const auto extent = [this](int64_t i) {
    const int64_t length = training_.window(i).length();
    return Extent{.first = length, .second = 0, .units = length};
  };
  return EpochBatches({size(), extent}, options_.batch, seed, epoch);
}

std::span<float> LanguageTask::carried() {
  return carried_ ? carried_->values() : std::span<float>();
}

void LanguageTask::gather_carried(Group& group) {
  if (carried_) gather(group, *carried_);
}

BatchLoss LanguageTask::loss(Tape& tape, std::span<const int64_t> examples) const {
  if (model_.options().is_masked()) return masked_loss(tape, training_, examples, mask_seed_);
  return loss(tape, training_, examples, carried_ ? &*carried_ : nullptr);
}

BatchLoss LanguageTask::loss(Tape& tape, const TextExamples& from,
                             std::span<const int64_t> examples, CarriedStates* carried) const {
  const auto batch = std::make_shared<Batch>(from.corpus().batch(from.windows(examples)));
  const LikelihoodOptions options{
      .label_smoothing = tape.recording() ? static_cast<float>(options_.label_smoothing) : 0};
  Likelihood likelihood;
  if (carried != nullptr) {
    const std::vector<CarriedStates::Place> places = places_of(from, *batch, examples);
    begin_streams(places, *batch);
    std::vector<Variable> rows = carried->rows(tape, places);
    likelihood = model_.likelihood(tape, *batch, options, rows);
    carried->keep(places, rows);
  } else {
    likelihood = model_.likelihood(tape, *batch, options);
  }
  const Variable objective = ops::add_present(tape, likelihood.loss, likelihood.penalty);
  const int64_t directions = model_.options().objective == "bidirectional" ? 2 : 1;
  return {objective, static_cast<double>(likelihood.loss.value()[0]),
          directions * batch->target_tokens(), batch};
}

// By the seed and the example alone, so that a training that goes on draws the same.
MaskedWords LanguageTask::mask(const TextExamples& from, std::span<const int64_t> examples,
                               uint64_t seed) const {
  MaskedWords masked;
  for (const int64_t i : examples) {
    Random random(seed + mix(static_cast<uint64_t>(i)));
    add_masked(from.corpus().words(from.window(i)), {options_.mask, model_.vocabulary_size()},
               random, masked);
  }
  return masked;
}

BatchLoss LanguageTask::masked_loss(Tape& tape, const TextExamples& from,
                                    std::span<const int64_t> examples, uint64_t seed) const {
  const auto masked = std::make_shared<const MaskedWords>(mask(from, examples, seed));
  const Likelihood likelihood = model_.likelihood(
      tape, *masked, tape.recording() ? static_cast<float>(options_.label_smoothing) : 0);
  const Variable objective = ops::add_present(tape, likelihood.loss, likelihood.penalty);
  return {objective, static_cast<double>(likelihood.loss.value()[0]), std::ssize(masked->words),
          masked};
}

Validation LanguageTask::validate(Group& group) const {
  std::vector<std::vector<int64_t>> batches = validation_batches(
      validation_,
      options_.batch.unit == BatchUnit::kSentences ? options_.batch.size : int64_t{32});
  std::vector<int64_t> mine = share(group, std::ssize(batches));
  std::optional<CarriedStates> carried;
  if (validation_.is_carried()) {  // not some batches, but some streams of each
    carried.emplace(model_, validation_.streams());
    mine.resize(batches.size());
    std::iota(mine.begin(), mine.end(), 0);
    for (std::vector<int64_t>& batch : batches)
      std::erase_if(batch, [&](int64_t i) { return !is_own(group, validation_.stream(i)); });
  }
  std::vector<Arena> arenas(static_cast<size_t>(omp_get_max_threads()));
  std::vector<double> sums(2 * batches.size());  // nats and tokens of each, 0 of other ranks'
  for_each_piece(std::ssize(mine), !carried, [&](int64_t i) {
    const int64_t b = mine[i];
    if (batches[b].empty()) return;
    Arena& arena = arenas[omp_get_thread_num()];
    arena.reset();
    Tape tape(arena, Tape::Mode::kInference);
    const BatchLoss loss =
        model_.options().is_masked()
            ? masked_loss(tape, validation_, batches[b], options_.seed ^ kMaskStream)
            : this->loss(tape, validation_, batches[b], carried ? &*carried : nullptr);
    sums[2 * b] = loss.reported;
    sums[2 * b + 1] = static_cast<double>(loss.count);
  });
  group.sum(sums);
  double nats = 0, tokens = 0;
  for (size_t b = 0; b < batches.size(); ++b) {
    nats += sums[2 * b];
    tokens += sums[2 * b + 1];
  }
  return {nats / tokens, {std::exp(nats / tokens)}, {}};
}

}  // namespace alinea
