#include "tasks/guided_alignment.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "autograd/gradient_check.h"
#include "models/encoder_decoder.h"
#include "models/variants.h"
#include "ops/engine.h"
#include "ops/sum.h"
#include "storage/temporary_folder.h"
#include "support/error.h"
#include "text/corpus.h"

namespace alinea {
namespace {

using Catch::Contains;

// Pairs of 3-2, 1-4 and 2-1 tokens; an empty and a long one lie between them.
struct Guided {
  TemporaryFolder folder;
  ParallelCorpus corpus = [] {
    ParallelCorpus made;
    made.add(std::vector{3, 4, 5}, std::vector{6, 7});
    made.count_skipped_empty();
    made.add(std::vector{3}, std::vector{3, 4, 5, 6});
    made.count_skipped_long();
    made.add(std::vector{8, 9}, std::vector{10});
    return made;
  }();

  GuidedAlignment read(std::string_view text, const GuidedAlignmentOptions& options = {}) const {
    return {folder.file("links", text), corpus, options};
  }
  GuidedAlignment links(const GuidedAlignmentOptions& options = {}) const {
    return read("2-1 0-1 1-0\n9-9\n0-1 0-3\n\n\n", options);
  }
  Batch batch() const { return make_batch(corpus, std::vector<int64_t>{2, 0, 1}); }
};

std::vector<Link> linked(const GuidedAlignment& guide, int64_t index) {
  const std::span<const Link> links = guide.links(index);
  return {links.begin(), links.end()};
}

// Σ_t -Σ_s A_ts log α_t's by the weights themselves, where t' is the step that writes word t, or
// the one that reads it.
double cross_entropy(const Guided& given, const GuidedAlignment& guide,
                     std::span<const AttentionWeights> attention, const Batch& batch,
                     const GuidedAlignmentOptions& options) {
  double sum = 0;
  for (int64_t n = 0; n < batch.size; ++n) {
    const auto row = static_cast<size_t>(n);
    std::vector<Link> links = linked(guide, batch.index[row]);
    const auto source_end = static_cast<int32_t>(std::ssize(given.corpus.source(batch.index[row])));
    const auto end = static_cast<int32_t>(std::ssize(given.corpus.target(batch.index[row])));
    if (options.to_end && !links.empty())
      for (int32_t t = 0; t < end; ++t)
        if (std::ranges::count(links, t, &Link::target) == 0) links.push_back({source_end, t});
    if (!options.shifted) links.push_back({source_end, end});
    for (const Link& link : links) {
      const auto words = std::ranges::count(links, link.target, &Link::target);
      const auto [block, step] = block_step(attention, link.target + (options.shifted ? 1 : 0));
      const AttentionValues values = attention[block].values();
      float weight = 0;  // the mean of the heads
      for (int64_t head = 0; head < values.heads; ++head)
        weight += values.row(n, head, step)[static_cast<size_t>(link.source)] /
                  static_cast<float>(values.heads);
      sum -= std::log(static_cast<double>(weight)) / static_cast<double>(words);
    }
  }
  return sum;
}

ModelOptions tiny(const std::string& wiring, int64_t heads) {
  ModelOptions options;
  options.decoder = wiring;
  options.input_feeding = false;
  options.embedding_size = 7;
  options.hidden_size = 10;
  options.attention_size = 9;
  options.attention_heads = heads;
  options.dropout = 0;
  return options;
}

TEST_CASE("the links of skipped pairs are passed over") {
  const Guided given;
  const GuidedAlignment guide = given.links();
  CHECK(linked(guide, 0) == Links{{1, 0}, {0, 1}, {2, 1}});
  CHECK(linked(guide, 1) == Links{{0, 1}, {0, 3}});
  CHECK(linked(guide, 2).empty());
}

TEST_CASE("byte order marks, CRLF, a missing last line end and numbers are passed over") {
  const Guided given;
  const GuidedAlignment guide = given.read(
      "\xef\xbb\xbf"
      "1\t2-1 0-1 1-0\r\n2\t9-9\r\n3\t0-1 0-3\r\n4\t\r\n5\t1-0");
  CHECK(linked(guide, 0) == Links{{1, 0}, {0, 1}, {2, 1}});
  CHECK(linked(guide, 1) == Links{{0, 1}, {0, 3}});
  CHECK(linked(guide, 2) == Links{{1, 0}});
}

TEST_CASE("links that do not fit the corpus are refused with file and line") {
  const Guided given;
  CHECK_THROWS_WITH(given.read("0-0\n\n0-0\n\n"), Contains("links") && Contains("have, 5, got 4"));
  CHECK_THROWS_WITH(given.read("0-0\n\n0-0\n\n\n\n"), Contains("5, got 6"));
  CHECK_THROWS_WITH(given.read("0-0\n\n1-0\n\n\n"),
                    Contains("links:3") && Contains("1 source and 4 target") && Contains("1-0"));
  CHECK_THROWS_WITH(given.read("0-2\n\n\n\n\n"), Contains("links:1") && Contains("0-2"));
  CHECK_THROWS_WITH(given.read("0\n\n\n\n\n"), Contains("links:1") && Contains("'0'"));
  CHECK_THROWS_WITH(given.links({.cost = "other"}), Contains("ce, mse, mult"));
}

TEST_CASE("the loss is that of the steps that write a word or read it, in either wiring") {
  ops::set_threads(1);
  const Guided given;
  const bool shifted = GENERATE(false, true), to_end = GENERATE(false, true);
  const GuidedAlignmentOptions options{
      .cost = "ce", .weight = 0.25, .shifted = shifted, .to_end = to_end};
  const GuidedAlignment guide = given.links(options);
  const Batch batch = given.batch();
  const int64_t heads = GENERATE(1, 3);
  for (const std::string wiring : {"bahdanau", "luong"}) {
    CAPTURE(wiring, heads, shifted, to_end);
    const auto model = random_model(tiny(wiring, heads), 3);
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining);
    const Likelihood likelihood = model->likelihood(tape, batch);
    const double expected =
        0.25 * cross_entropy(given, guide, likelihood.attention, batch, options);
    CHECK(static_cast<double>(guide.loss(tape, likelihood.attention, batch).value()[0]) ==
          Approx(expected).epsilon(1e-5));
  }
}

// The gradient of the translation loss and the guided loss together.
void check_guided_gradient(const ModelOptions& options, const GuidedAlignment& guide,
                           const Batch& batch) {
  EncoderDecoder model(options, {TinyBatch::kSourceVocabulary, TinyBatch::kTargetVocabulary},
                       ParameterStore::Gradients::kKept);
  Random random(5);
  model.parameters().initialize(random);
  Arena arena;
  const auto loss = [&](bool backward) {
    arena.reset();
    Tape tape(arena, Tape::Mode::kTraining);
    const Likelihood likelihood = model.likelihood(tape, batch, {.last_layer = guide.layer()});
    const Variable guided = guide.loss(tape, likelihood.attention, batch);
    double value = static_cast<double>(guided.value()[0]);
    for (double log_probability : likelihood.log_probability) value -= log_probability;
    if (backward) tape.backward(ops::add(tape, likelihood.loss, guided));
    return value;
  };
  check_parameter_gradients(model.parameters(), loss, /*samples=*/3, {5e-3F, 4e-3});
}

TEST_CASE("the gradient of a guided loss agrees with central differences") {
  ops::set_threads(1);
  const Guided given;
  const std::string cost = GENERATE("ce", "mse", "mult"), wiring = GENERATE("bahdanau", "luong");
  const int64_t heads = GENERATE(1, 3);
  const bool shifted = GENERATE(false, true);
  CAPTURE(cost, wiring, heads, shifted);
  check_guided_gradient(tiny(wiring, heads),
                        given.links({.cost = cost, .weight = 3, .shifted = shifted}),
                        given.batch());
}

ModelOptions tiny_transformer() {
  ModelOptions options = tiny("transformer", 1);
  options.encoder = "transformer";
  options.attention = "scaled-dot";
  options.embedding_size = 6;
  options.transformer.heads = 3;
  options.decoder_layers = 2;
  return options;
}

TEST_CASE("one head of one layer may be guided alone") {
  ops::set_threads(1);
  const Guided given;
  const Batch batch = given.batch();
  const auto model = random_model(tiny_transformer(), 3);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Likelihood likelihood = model->likelihood(tape, batch);
  REQUIRE(likelihood.attention.size() == 1);
  const AttentionWeights& all = likelihood.attention[0];
  REQUIRE(all.layers == 2);
  REQUIRE(all.heads() == 6);
  const auto loss_of = [&](const GuidedAlignmentOptions& options,
                           std::span<const AttentionWeights> attention) {
    return given.links(options).loss(tape, attention, batch).value()[0];
  };
  // The weights of a single head, as if there were no other.
  const auto alone = [&](int64_t head) {
    const Shape& shape = all.alpha.shape();
    const int64_t size = shape[2] * shape[3];
    const Variable alpha = tape.zeros({shape[0], 1, shape[2], shape[3]});
    for (int64_t n = 0; n < shape[0]; ++n)
      std::copy_n(all.alpha.value() + (n * 6 + head) * size, size, alpha.value() + n * size);
    return AttentionWeights{alpha, all.windows, {}};
  };
  for (int64_t layer = 0; layer < 2; ++layer)
    for (int64_t head = 0; head < 3; ++head) {
      const AttentionWeights only = alone(layer * 3 + head);
      const float expected = loss_of({}, std::span(&only, 1));
      CAPTURE(layer, head);
      CHECK(loss_of({.layer = layer, .head = head}, likelihood.attention) == Approx(expected));
      CHECK(loss_of({}, likelihood.attention) != Approx(expected));
    }
  CHECK_THROWS_WITH(loss_of({.layer = 2, .head = -1}, likelihood.attention),
                    Contains("a layer below 2 and a head below 3"));
}

ModelOptions in_full_context(const std::string& positions) {
  ModelOptions options = tiny_transformer();
  options.transformer.positions = positions;
  options.transformer.relative_window = 2;
  options.transformer.activation = "gelu";  // has no kink
  options.transformer.embedding_dropout = 0;
  options.full_context = true;
  return options;
}

TEST_CASE("the gradient of a loss that is guided in full context agrees with central differences") {
  ops::set_threads(1);
  const Guided given;
  const std::string positions = GENERATE("sinusoidal", "relative");
  const bool universal = GENERATE(false, true), to_end = GENERATE(false, true);
  const int64_t layer = GENERATE(-1, 0, 1);
  CAPTURE(positions, universal, to_end, layer);
  ModelOptions options = in_full_context(positions);
  options.transformer.universal = universal;
  check_guided_gradient(
      options, given.links({.weight = 3, .layer = layer, .full_context = true, .to_end = to_end}),
      given.batch());
}

TEST_CASE("in full context the step that reads a word is guided, by the layers up to its own") {
  ops::set_threads(1);
  const Guided given;
  const Batch batch = given.batch();
  const auto model = random_model(in_full_context("sinusoidal"), 3);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Likelihood all = model->likelihood(tape, batch),
                   lower = model->likelihood(tape, batch, {.last_layer = 0});
  CHECK(all.attention.at(0).layers == 2);
  CHECK(lower.attention.at(0).layers == 1);
  const auto loss_of = [&](const GuidedAlignmentOptions& options, const Likelihood& likelihood) {
    return static_cast<double>(
        given.links(options).loss(tape, likelihood.attention, batch).value()[0]);
  };
  CHECK(loss_of({.layer = 0, .full_context = true}, lower) ==
        Approx(loss_of({.layer = 0, .shifted = true}, all)).epsilon(1e-6));
  const GuidedAlignmentOptions options{.weight = 1, .shifted = true, .full_context = true};
  CHECK(loss_of(options, all) ==
        Approx(cross_entropy(given, given.links(options), all.attention, batch, options))
            .epsilon(1e-5));
}

}  // namespace
}  // namespace alinea
