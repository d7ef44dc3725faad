// Prefix probabilities of CTC, and joint decoding, against sums over all paths.
#include "search/ctc_prefixes.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "models/near.h"
#include "models/variants.h"
#include "ops/connectionist_temporal.h"
#include "ops/cross_entropy.h"
#include "ops/engine.h"
#include "search/translator.h"
#include "support/random.h"
#include "text/vocabulary.h"

namespace alinea {
namespace {

using Words = std::vector<int32_t>;

Words collapsed(const Words& path) {
  Words words;
  for (size_t s = 0; s < path.size(); ++s)
    if (path[s] != kBegin && (s == 0 || path[s] != path[s - 1])) words.push_back(path[s]);
  return words;
}

// p_CTC of every sequence of words that some path writes, given log p of S positions, [S, V].
std::map<Words, double> all_sequences(std::span<const float> log_p, int64_t words) {
  std::map<Words, double> sequences;
  const int64_t positions = std::ssize(log_p) / words;
  Words path(static_cast<size_t>(positions));
  for (int64_t code = 0; code < std::llround(std::pow(words, positions)); ++code) {
    double sum = 0;
    for (int64_t s = 0, rest = code; s < positions; ++s, rest /= words) {
      path[static_cast<size_t>(s)] = static_cast<int32_t>(rest % words);
      sum += static_cast<double>(log_p[static_cast<size_t>(s * words + rest % words)]);
    }
    sequences[collapsed(path)] += std::exp(sum);
  }
  return sequences;
}

double beginning_with(const std::map<Words, double>& sequences, const Words& prefix) {
  double sum = 0;
  for (const auto& [words, p] : sequences)
    if (words.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), words.begin()))
      sum += p;
  return sum;
}

// Two sentences of 5 and 2 positions over 5 words, <s> among them.
struct Table {
  static constexpr int64_t kWords = 5;
  Table() {
    Random random(3);
    for (float& value : values) value = 4 * random.uniform() - 2;
    ops::log_softmax(tensor());
  }
  Tensor tensor() { return {values.data(), {7, kWords}}; }
  std::map<Words, double> sequences(int64_t sentence) const {
    const auto all = std::span(values);
    return all_sequences(sentence == 0 ? all.first(5 * kWords) : all.last(2 * kWords), kWords);
  }
  std::vector<float> values = std::vector<float>(7 * kWords);
  std::vector<int64_t> positions = {5, 2};
};

TEST_CASE("ctc prefixes: the next word is as probable as all paths that write it say") {
  Table table;
  CtcPrefixes prefixes(table.tensor(), table.positions);
  const std::vector<std::vector<Row>> steps = {{{0, 0, kBegin}, {1, 0, kBegin}},
                                               {{0, 0, 3}, {0, 0, 0}, {1, 1, 4}, {1, 1, 3}},
                                               {{0, 1, 4}, {0, 0, 3}, {1, 3, 4}, {1, 2, 0}},
                                               {{0, 1, 3}, {0, 1, 4}},
                                               {{0, 1, 4}, {0, 0, 0}}};
  std::vector<Words> before;
  for (const std::vector<Row>& rows : steps) {
    std::vector<Words> written;
    for (const Row& row : rows) {
      written.push_back(before.empty() ? Words{} : before[static_cast<size_t>(row.parent)]);
      if (row.token != kBegin) written.back().push_back(row.token);
    }
    before = written;
    prefixes.advance(rows);
    for (size_t row = 0; row < rows.size(); ++row) {
      CAPTURE(row, written[row]);
      const std::map<Words, double> sequences = table.sequences(rows[row].sentence);
      const double all = beginning_with(sequences, written[row]);
      std::vector<double> next(Table::kWords);
      prefixes.log_probabilities(row, next);
      for (int32_t word = 0; word < Table::kWords; ++word) {
        Words longer = written[row];
        longer.push_back(word);
        double expected = all == 0 ? 0 : beginning_with(sequences, longer) / all;
        if (word == kBegin) expected = 0;
        if (word == kEnd)
          expected = sequences.contains(written[row]) ? sequences.at(written[row]) / all : 0;
        CAPTURE(word);
        CHECK(std::exp(next[static_cast<size_t>(word)]) == Approx(expected).margin(1e-12));
      }
    }
  }
}

TEST_CASE("ctc prefixes: thousands of positions do not underflow") {
  constexpr int64_t kPositions = 3000, kWords = 5;
  std::vector<float> values(kPositions * kWords);
  Random random(1);
  for (float& value : values) value = 30 * random.uniform();
  const Tensor log_p{values.data(), {kPositions, kWords}};
  ops::log_softmax(log_p);
  CtcPrefixes prefixes(log_p, std::vector<int64_t>{kPositions});
  prefixes.advance(std::vector<Row>{{0, 0, kBegin}});
  double sum = 0;
  std::vector<double> next(kWords);
  for (int32_t t = 0; t < 1000; ++t) {
    prefixes.log_probabilities(0, next);
    const int32_t word = t % 3 == 0 ? 0 : t % 3 + 2;
    REQUIRE(std::isfinite(next[static_cast<size_t>(word)]));
    sum += next[static_cast<size_t>(word)];
    prefixes.advance(std::vector<Row>{{0, 0, word}});
  }
  CHECK(sum < -1000);
}

// --- Models ---

std::vector<SentencePair> sounds(const TinyBatch& tiny) {
  std::vector<SentencePair> pairs;
  const float* rows = tiny.batch.features.data();
  for (int64_t n = 0; n < tiny.batch.size; ++n) {
    const auto size = static_cast<size_t>(tiny.batch.source_lengths[static_cast<size_t>(n)] *
                                          TinyBatch::kColumns);
    const auto target = static_cast<size_t>(tiny.batch.index[static_cast<size_t>(n)]);
    pairs.push_back({{}, tiny.targets[target], n, {{rows, size}, TinyBatch::kColumns}});
    rows += size;
  }
  return pairs;
}

std::vector<Variant> with_ctc() {
  std::vector<Variant> variants;
  for (const Variant& variant : feature_variants())
    if (variant.options.ctc_weight > 0) variants.push_back(variant);
  return variants;
}

std::vector<float> ctc_log_probabilities(const EncoderDecoder& model, const Batch& batch) {
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const DecoderState start =
      model.start(tape, {.ids = {}, .lengths = batch.source_lengths, .rows = batch.features});
  const Tensor log_p = model.ctc_log_probabilities(tape, start);
  return {log_p.values().begin(), log_p.values().end()};
}

TEST_CASE("joint decoding: a search that sees every translation finds the best by both scores") {
  ops::set_threads(1);
  const TinyBatch tiny;
  const std::vector<SentencePair> pairs = sounds(tiny);
  int64_t compared = 0;
  for (const Variant& variant : with_ctc()) {
    const auto model = random_model(variant.options, 5);
    for (const SentencePair& pair : pairs) {
      const Batch batch = make_batch(std::span(&pair, 1));
      if (model->source_positions(batch.source_lengths[0]) > 3) continue;
      const std::map<Words, double> sequences =
          all_sequences(ctc_log_probabilities(*model, batch), TinyBatch::kTargetVocabulary);
      std::vector<SentencePair> candidates;
      for (const auto& [words, p] : sequences)
        if (words.size() <= 2 && std::ranges::count(words, kEnd) == 0)
          candidates.push_back({{}, words, std::ssize(candidates), pair.features});
      const std::vector<ScoredPair> scored = score(*model, candidates, {});
      for (const double weight : {0.3, 1.0}) {
        CAPTURE(variant.name, pair.index, weight);
        double best = -std::numeric_limits<double>::infinity();
        Words expected;
        for (size_t i = 0; i < candidates.size(); ++i) {
          const Words words(candidates[i].target.begin(), candidates[i].target.end());
          const double both =
              weight * std::log(sequences.at(words)) + (1 - weight) * scored[i].log_probability;
          if (both > best) {
            best = both;
            expected = words;
          }
        }
        const auto found =
            translate(*model, std::span(&pair, 1),
                      {.search = {.beam_size = 200, .length_penalty = 0, .max_target_length = 2},
                       .ctc_weight = weight});
        REQUIRE(found[0].size() == 1);
        CHECK(found[0][0].tokens == expected);
        CHECK(found[0][0].log_probability == near(best, 1e-4));
        ++compared;
      }
    }
  }
  CHECK(compared >= 10);
}

TEST_CASE("joint decoding: the paths of a batch are those that training sums up") {
  ops::set_threads(1);
  const TinyBatch tiny;
  int64_t compared = 0;
  for (const Variant& variant : with_ctc()) {
    if (variant.options.doubly_stochastic > 0) continue;
    INFO(variant.name);
    const auto model = random_model(variant.options, 6);
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining);
    const Likelihood likelihood = model->likelihood(tape, tiny.batch);
    if (!likelihood.penalty) continue;
    const auto loss = static_cast<double>(likelihood.loss.value()[0]);
    const double in_training =
        static_cast<double>(likelihood.penalty.value()[0]) / variant.options.ctc_weight + loss;
    std::vector<float> log_p = ctc_log_probabilities(*model, tiny.batch);
    std::vector<int64_t> positions, lengths;
    Words labels;
    auto word = tiny.batch.target.begin();
    for (int64_t n = 0; n < tiny.batch.size; ++n) {
      const auto i = static_cast<size_t>(n);
      positions.push_back(model->source_positions(tiny.batch.source_lengths[i]));
      lengths.push_back(tiny.batch.target_lengths[i] - 1);
      labels.insert(labels.end(), word, word + lengths.back());
      word += tiny.batch.target_lengths[i];
    }
    const Variable logits = tape.constant(
        {log_p.data(),
         {std::ssize(log_p) / TinyBatch::kTargetVocabulary, TinyBatch::kTargetVocabulary}});
    const double by_paths = static_cast<double>(
        ops::ctc_loss(tape, logits, {positions, labels, lengths, kBegin}).value()[0]);
    CHECK(by_paths == near(in_training, 1e-3));
    ++compared;
  }
  CHECK(compared >= 3);
}

}  // namespace
}  // namespace alinea
