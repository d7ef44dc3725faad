// The gradient of the whole loss, and the ways to the same number: all steps at once, one after the
// other, sentences side by side and each alone, a text in one piece and in windows.
#include "models/language_network.h"

#include <catch2/catch.hpp>

#include "autograd/gradient_check.h"
#include "models/language_variants.h"
#include "models/near.h"
#include "ops/engine.h"
#include "ops/sum.h"
#include "text/vocabulary.h"

namespace alinea {
namespace {

using Line = std::vector<int32_t>;

const std::vector<Line> kLines = {{3, 4, 5, 6, 7}, {8, 9}, {}, {10, 4, 3}};

Batch batch_of_lines(std::span<const Line> lines) {
  std::vector<SentencePair> pairs;
  for (size_t i = 0; i < lines.size(); ++i)
    pairs.push_back({{}, lines[i], static_cast<int64_t>(i)});
  return make_batch(pairs);
}

// <mask> is the last word of the vocabulary.
const MaskedWords kMasked = {.ids = {3, 10, 5, 6, 2, 8, 10, 2, 2, 7, 4, 2},
                             .lengths = {5, 3, 1, 3},
                             .places = {1, 3, 6, 8, 9},
                             .words = {4, 6, 9, 2, 3}};

Likelihood likelihood_of(Tape& tape, const LanguageNetwork& model, const Batch& batch) {
  return model.options().is_masked() ? model.likelihood(tape, kMasked)
                                     : model.likelihood(tape, batch);
}

void check_gradient(const LanguageOptions& options) {
  static Arena arena;
  const Batch batch = batch_of_lines(kLines);
  LanguageNetwork model(options, kLanguageVocabulary, ParameterStore::Gradients::kKept);
  Random random(5);
  model.parameters().initialize(random);
  const auto loss = [&](bool backward) {
    Random dropout(7);
    arena.reset();
    Tape tape(arena, Tape::Mode::kTraining, &dropout);
    const Likelihood likelihood = likelihood_of(tape, model, batch);
    double value = 0;
    for (const double log_probability : likelihood.log_probability) value -= log_probability;
    const Variable& penalty = likelihood.penalty;
    if (penalty) value += static_cast<double>(penalty.value()[0]);
    if (backward)
      tape.backward(penalty ? ops::add(tape, likelihood.loss, penalty) : likelihood.loss);
    return value;
  };
  check_parameter_gradients(model.parameters(), loss, /*samples=*/3, {5e-3F, 4e-3});
}

TEST_CASE("the gradient of every language model's loss agrees with central differences") {
  ops::set_threads(1);
  for (const LanguageVariant& variant : language_variants()) {
    INFO(variant.name);
    check_gradient(variant.options);
  }
}

TEST_CASE("the gradient of language models agrees with central differences under dropout") {
  ops::set_threads(1);
  for (LanguageVariant& variant : language_variants()) {
    INFO(variant.name);
    EncoderFields& o = variant.options.network;
    o.dropout = 0.2;
    o.word_dropout = 0.2;
    if (variant.options.is_transformer()) {
      o.transformer.embedding_dropout = 0.15;
      o.transformer.attention_dropout = 0.25;
    } else {
      o.weight_drop = 0.3;
      o.variational_dropout = true;
    }
    check_gradient(variant.options);
  }
}

// Calls visit(tape, step, next) for each step of a line, one after the other; `next` is its word.
template <typename Visit>
void each_step(const LanguageNetwork& model, const Line& line, Visit visit) {
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const std::vector<int64_t> lengths = {1};
  DecoderState state = model.start(tape, {{}, lengths});
  int32_t word = kBegin;
  for (size_t t = 0; t <= line.size(); ++t) {
    const DecoderStep step =
        model.step(tape, std::span(&word, 1), state, static_cast<int64_t>(t) + 1);
    word = t < line.size() ? line[t] : kEnd;
    visit(tape, step, word);
  }
}

// log p of the words of a line.
std::vector<float> by_steps(const LanguageNetwork& model, const Line& line) {
  std::vector<float> result;
  each_step(model, line, [&](Tape& tape, const DecoderStep& step, int32_t next) {
    result.push_back(model.log_probabilities(tape, step.readout).values()[next]);
  });
  return result;
}

TEST_CASE("all steps at once are one step after the other, and lines side by side each alone") {
  ops::set_threads(1);
  const Batch batch = batch_of_lines(kLines);
  uint64_t seed = 0;
  for (const LanguageVariant& variant : language_variants("causal")) {
    INFO(variant.name);
    const auto model = random_language_model(variant.options, ++seed);
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const Likelihood likelihood = model->likelihood(tape, batch);
    double loss = 0;
    for (int64_t n = 0; n < batch.size; ++n) {
      const std::vector<float> steps = by_steps(*model, kLines[batch.index[n]]);
      const std::vector<float>& found = likelihood.token_log_probabilities[n];
      REQUIRE(found.size() == steps.size());
      double sum = 0;
      for (size_t t = 0; t < steps.size(); ++t) {
        CHECK(found[t] == near(steps[t], 1e-5));
        sum += static_cast<double>(steps[t]);
      }
      CHECK(likelihood.log_probability[n] == near(sum, 1e-5));
      loss -= sum;
    }
    CHECK(likelihood.loss.value()[0] == near(loss, 1e-5));
  }
}

// What each step of a line looked at in the layers with intra-attention: a row for each layer.
std::vector<std::vector<float>> looks_by_steps(const LanguageNetwork& model, const Line& line) {
  std::vector<std::vector<float>> rows;
  each_step(model, line, [&](Tape& /*tape*/, const DecoderStep& step, int32_t /*next*/) {
    for (const Variable& layer : step.self_attention)
      rows.emplace_back(layer.value(), layer.value() + layer.shape().elements());
  });
  return rows;
}

TEST_CASE("what words looked at is kept: themselves and those before, as in single steps") {
  ops::set_threads(1);
  const Batch batch = batch_of_lines(kLines);
  int looking = 0;
  for (const LanguageVariant& variant : language_variants("causal")) {
    INFO(variant.name);
    const auto model = random_language_model(variant.options, 12);
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    CHECK(model->likelihood(tape, batch).attention.empty());
    const Likelihood kept = model->likelihood(tape, batch, {.attention_of = AttentionOf::kDecoder});
    if (!variant.options.has_self_attention()) continue;
    ++looking;
    REQUIRE(kept.attention.size() == 1);
    const AttentionValues values = kept.attention[0].values();
    for (int64_t n = 0; n < batch.size; ++n) {
      const Line& line = kLines[batch.index[n]];
      const auto steps = looks_by_steps(*model, line);
      for (int64_t t = 0; t <= std::ssize(line); ++t)
        for (int64_t head = 0; head < values.heads; ++head) {
          const std::span<const float> row = values.row(n, head, t);
          double sum = 0;
          for (int64_t s = 0; s < values.width; ++s) {
            if (s > t) CHECK(row[s] == 0);
            sum += static_cast<double>(row[s]);
          }
          if (variant.options.is_transformer()) CHECK(sum == near(1.0, 1e-5));
          if (!variant.options.is_recurrent()) continue;
          const std::vector<float>& step = steps.at(t * values.heads + head);
          for (size_t s = 0; s < step.size(); ++s) CHECK(row[s] == near(step[s], 1e-5));
        }
    }
  }
  CHECK(looking > 2);
}

TEST_CASE("every next word's probabilities add up to 1, of a masked model's too") {
  ops::set_threads(1);
  for (const LanguageVariant& variant : language_variants("masked")) {
    INFO(variant.name);
    const auto model = random_language_model(variant.options, 3);
    double sum = 0;
    for (int32_t word = 0; word < kLanguageVocabulary; ++word) {
      MaskedWords one = kMasked;
      one.places = {3};
      one.words = {word};
      Arena arena;
      Tape tape(arena, Tape::Mode::kInference);
      sum += std::exp(model->likelihood(tape, one).log_probability[0]);
    }
    CHECK(sum == near(1.0, 1e-5));
  }
}

TEST_CASE("masked words are found from both sides, and not from other sentences") {
  ops::set_threads(1);
  for (const LanguageVariant& variant : language_variants("masked")) {
    INFO(variant.name);
    const auto model = random_language_model(variant.options, 4);
    const auto log_p = [&](int64_t place, int32_t read) {
      MaskedWords changed = kMasked;
      changed.ids[place] = read;
      changed.places = {3};
      changed.words = {6};
      Arena arena;
      Tape tape(arena, Tape::Mode::kInference);
      return model->likelihood(tape, changed).log_probability[0];
    };
    CHECK(log_p(2, 5) != log_p(2, 7));  // before it
    CHECK(log_p(4, 2) != log_p(4, 7));  // behind it
    CHECK(log_p(5, 8) == log_p(5, 7));  // in the next sentence
  }
}

TEST_CASE("the second direction is the first one of a mirrored text, with its own layers") {
  const Batch batch = batch_of_lines(kLines);
  const Batch mirror = mirrored(batch);
  CHECK(mirror.target_lengths == batch.target_lengths);
  const size_t first = static_cast<size_t>(batch.target_lengths[0]);
  const std::vector<int32_t> said(mirror.target.begin(), mirror.target.begin() + first),
      read(mirror.previous.begin(), mirror.previous.begin() + first);
  CHECK(read == std::vector<int32_t>{kEnd, 7, 6, 5, 4, 3});
  CHECK(said == std::vector<int32_t>{7, 6, 5, 4, 3, kBegin});

  ops::set_threads(1);
  for (const LanguageVariant& variant : language_variants("bidirectional")) {
    INFO(variant.name);
    const auto both = random_language_model(variant.options, 8);
    LanguageOptions options = variant.options;
    options.objective = "causal";
    double sum = 0;
    for (const std::string direction : {"decoder", "backward"}) {
      LanguageNetwork one(options, kLanguageVocabulary, ParameterStore::Gradients::kNone);
      for (const Parameter& parameter : one.parameters().parameters()) {
        const std::string& name = parameter.name();
        const bool is_shared = name == "decoder.embedding.weight" || !name.starts_with("decoder.");
        const std::string there = is_shared ? name : direction + name.substr(name.find('.'));
        std::ranges::copy(both->parameters().at(there).value(), parameter.value().begin());
      }
      one.parameters().changed();
      Arena arena;
      Tape tape(arena, Tape::Mode::kInference);
      sum += one.likelihood(tape, direction == "decoder" ? batch : mirror).loss.value()[0];
    }
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    CHECK(both->likelihood(tape, batch).loss.value()[0] == near(sum, 1e-4));
  }
}

TEST_CASE("a text in windows, with the state carried on, is the text in one piece") {
  ops::set_threads(1);
  const std::vector<int32_t> text = {3, 4, 5, 2, 7, 8, 9, 10, 4, 2},
                             before = {1, 3, 4, 5, 1, 7, 8, 9, 10, 4};
  const auto window = [&](size_t begin, size_t end) {
    Batch batch;
    batch.size = 1;
    batch.index = {0};
    batch.target.assign(text.begin() + begin, text.begin() + end);
    batch.previous.assign(before.begin() + begin, before.begin() + end);
    batch.target_lengths = {static_cast<int64_t>(end - begin)};
    return batch;
  };
  for (const LanguageVariant& variant : language_variants("causal")) {
    if (!variant.options.is_recurrent()) continue;
    INFO(variant.name);
    const auto model = random_language_model(variant.options, 6);
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    std::vector<Variable> carried;
    double sum = 0;
    for (const auto& [begin, end] : {std::pair(0, 3), std::pair(3, 7), std::pair(7, 10)})
      sum += model->likelihood(tape, window(begin, end), {}, carried).loss.value()[0];
    CHECK(model->likelihood(tape, window(0, 10)).loss.value()[0] == near(sum, 1e-5));
    std::vector<Variable> none;
    CHECK(model->likelihood(tape, window(3, 7), {}, none).loss.value()[0] !=
          near(model->likelihood(tape, window(3, 7), {}, carried).loss.value()[0], 1e-5));
  }
}

TEST_CASE("options of language models that do not go together are refused") {
  LanguageOptions options;
  options.tie_embeddings = true;
  options.network.embedding_size = 8;
  options.network.hidden_size = 9;
  CHECK_THROWS_WITH(options.check(), Catch::Contains("embedding-size is 8 and that has 9 units"));
  options = {};
  options.network.encoder = "transformer";
  options.network.embedding_size = 10;
  options.network.transformer.heads = 4;
  CHECK_THROWS_WITH(options.check(), Catch::Contains("heads is 4"));
  options = {};
  options.objective = "gap";
  CHECK_THROWS_WITH(options.check(), Catch::Contains("causal"));
}

}  // namespace
}  // namespace alinea
