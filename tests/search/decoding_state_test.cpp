// A grid of hypotheses against one hypothesis at a time, for every variant.
#include "search/decoding_state.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "models/near.h"
#include "models/variants.h"
#include "ops/engine.h"
#include "text/vocabulary.h"

namespace alinea {
namespace {

using Words = std::vector<int32_t>;
using Keep = DecodingState::KeepAttention;

const std::vector<Words> kSources = {{3, 4, 5, 6, 7}, {8, 9, 3}, {}};

Batch batch_of(std::span<const Words> sources) {
  std::vector<SentencePair> pairs;
  for (const Words& source : sources) pairs.push_back({source, {}});
  return make_batch(pairs);
}

// What a hypothesis says of its next word: from <s> on, alone, with nothing but the model's steps.
struct Alone {
  Alone(const EncoderDecoder& model, int64_t sentence, const Words& prefix) {
    const Batch batch = batch_of(std::span(kSources).subspan(static_cast<size_t>(sentence), 1));
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    DecoderState state = model.start(tape, {batch.source, batch.source_lengths});
    DecoderStep step;
    int64_t position = 0;
    for (int32_t word : prefix) step = model.step(tape, std::span(&word, 1), state, ++position);
    Tensor log_p = model.log_probabilities(tape, step.readout);
    if (const Copying* copying = model.copying()) {
      const SourceColumns columns(batch.source, batch.source_lengths, model.vocabulary_size());
      const int64_t rows[] = {0};
      log_p = copying->log_probabilities(tape, step, log_p, columns, rows);
    }
    log_probabilities.assign(log_p.values().begin(), log_p.values().end());
    if (step.attention) attention.append(step.attention.values(), 0, 0, batch.source_lengths[0]);
  }
  std::vector<float> log_probabilities;
  KeptAttention attention;
};

void check_same(std::span<const float> a, std::span<const float> b) {
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) CHECK(a[i] == near(b[i], 1e-5));
}

// Takes steps and remembers what each row stands for.
class Followed {
 public:
  Followed(const EncoderDecoder& model, const Batch& batch, DecodingMemory& memory)
      : model_(model), state_(model, {batch.source, batch.source_lengths}, Keep::kYes, memory) {}

  void advance(const std::vector<Row>& rows) {
    std::vector<Words> prefixes;
    for (const Row& row : rows) {
      prefixes.push_back(prefixes_.empty() ? Words{} : prefixes_[static_cast<size_t>(row.parent)]);
      prefixes.back().push_back(row.token);
    }
    prefixes_ = prefixes;
    const StepOutput output = state_.advance(rows);
    for (size_t i = 0; i < rows.size(); ++i) {
      CAPTURE(i, rows[i].sentence, prefixes_[i]);
      check_row(output, i, rows[i].sentence);
    }
  }

 private:
  void check_row(const StepOutput& output, size_t i, int64_t sentence) {
    const Alone alone(model_, sentence, prefixes_[i]);
    const size_t words = TinyBatch::kTargetVocabulary;
    check_same(output.log_probabilities.subspan(i * words, words), alone.log_probabilities);
    REQUIRE(output.attention.empty() == alone.attention.empty());
    if (alone.attention.empty()) return;
    const AttentionValues& values = output.attention;
    const int64_t length = std::ssize(alone.attention.alpha) / alone.attention.heads,
                  n = static_cast<int64_t>(i) / values.steps,
                  t = static_cast<int64_t>(i) % values.steps;
    KeptAttention found;
    found.append(values, n, t, length);
    CHECK(found.heads == alone.attention.heads);
    check_same(found.alpha, alone.attention.alpha);
    CHECK(found.windows == alone.attention.windows);
    check_same(found.centres, alone.attention.centres);
    for (int64_t head = 0; head < values.heads; ++head) {
      const auto padding = values.row(n, head, t).subspan(static_cast<size_t>(length));
      CHECK(std::ranges::all_of(padding, [](float weight) { return weight == 0.0F; }));
    }
  }

  const EncoderDecoder& model_;
  DecodingState state_;
  std::vector<Words> prefixes_;
};

TEST_CASE("hypotheses side by side, branching, swapping and leaving, are as each alone") {
  ops::set_threads(1);
  const Batch batch = batch_of(kSources);
  uint64_t seed = 0;
  DecodingMemory memory;  // of one state after the other
  for (const Variant& variant : all_variants()) {
    INFO(variant.name);
    const auto model = random_model(variant.options, ++seed);
    Followed state(*model, batch, memory);
    state.advance({{0, 0, kBegin}, {1, 0, kBegin}, {2, 0, kBegin}});
    state.advance({{0, 0, 5}, {0, 0, 12}, {1, 1, 3}, {1, 1, 0}, {2, 2, 4}, {2, 2, 6}});
    // The second goes before the first, both come from one, and the sentence between is done.
    state.advance({{0, 1, 7}, {0, 0, 7}, {2, 5, 8}, {2, 5, 9}});
    state.advance({{0, 1, 3}, {2, 2, 10}});
    state.advance({{2, 1, 11}, {2, 1, 5}, {2, 1, 4}});
    state.advance({{2, 2, 3}});
  }
}

TEST_CASE("the state knows its sentences, and keeps attention on request alone") {
  ops::set_threads(1);
  const Batch batch = batch_of(kSources);
  const auto model = random_model(all_variants().front().options, 1);
  DecodingMemory memory;
  DecodingState state(*model, {batch.source, batch.source_lengths}, Keep::kNo, memory);
  CHECK(state.sentences() == 3);
  CHECK(state.vocabulary_size() == TinyBatch::kTargetVocabulary);
  CHECK(state.source_length(0) == 6);
  CHECK(state.source_length(2) == 1);
  const std::vector<Row> rows = {{0, 0, kBegin}, {1, 0, kBegin}, {2, 0, kBegin}};
  const StepOutput output = state.advance(rows);
  CHECK(output.log_probabilities.size() == size_t{3 * TinyBatch::kTargetVocabulary});
  CHECK(output.attention.empty());
}

}  // namespace
}  // namespace alinea
