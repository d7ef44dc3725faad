#include "models/tagger.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "autograd/gradient_check.h"
#include "models/near.h"
#include "models/tagger_variants.h"
#include "models/tagging.h"
#include "ops/engine.h"
#include "ops/sum.h"
#include "options/limits.h"
#include "support/error.h"

namespace alinea {
namespace {

using SentenceNumbers = std::vector<int64_t>;
const SentenceNumbers kAllSentences = {0, 1, 2, 3, 4};

struct Scored {
  std::vector<std::vector<float>> emissions;  // [sentence][word * tag]
  std::vector<float> classes;
  std::vector<double> tags_log_probability;
};

Scored scored(const Tagger& model, const TaggedCorpus& corpus, const SentenceNumbers& sentences) {
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const TagStates states = model(tape, corpus, sentences);
  Scored result;
  for (int64_t n = 0; n < std::ssize(sentences); ++n) {
    std::vector<float>& values = result.emissions.emplace_back();
    for (int64_t t = 0; t < states.layout.lengths()[n]; ++t) {
      const float* row = states.emissions.value() + states.layout.row(n, t) * kTinyTags;
      values.insert(values.end(), row, row + kTinyTags);
    }
  }
  if (states.classes)
    result.classes.assign(states.classes.values().begin(), states.classes.values().end());
  result.tags_log_probability = model.likelihood(tape, states, corpus, sentences).tags;
  return result;
}

TEST_CASE("the gradient of the loss agrees with central differences in every tagger") {
  ops::set_threads(1);  // the sizes are too small for more
  Arena arena;
  for (const TaggerVariant& variant : all_taggers()) {
    INFO(variant.name);
    const TaggedCorpus corpus = tiny_tagged(variant.options.character_features);
    const auto model = random_tagger(variant.options, 5);
    const auto loss = [&](bool backward) {
      arena.reset();
      Tape tape(arena, Tape::Mode::kTraining);
      const TagStates states = (*model)(tape, corpus, kAllSentences);
      const TagLikelihood likelihood = model->likelihood(tape, states, corpus, kAllSentences);
      double value = 0;  // the loss, summed in double
      for (const double log_probability : likelihood.tags) value -= log_probability;
      for (const double log_probability : likelihood.classes) value -= log_probability;
      if (states.penalty) value += static_cast<double>(states.penalty.value()[0]);
      if (backward)
        tape.backward(states.penalty ? ops::add(tape, likelihood.loss, states.penalty)
                                     : likelihood.loss);
      return value;
    };
    check_parameter_gradients(model->parameters(), loss, /*samples=*/5, {3e-3F, 5e-3});
  }
}

TEST_CASE("the tags of a sentence do not depend on its batch") {
  for (const TaggerVariant& variant : all_taggers()) {
    INFO(variant.name);
    const TaggedCorpus corpus = tiny_tagged(variant.options.character_features);
    const auto model = random_tagger(variant.options, 7);
    const Scored together = scored(*model, corpus, kAllSentences);
    for (const int64_t s : kAllSentences) {
      INFO("sentence " << s);
      const Scored alone = scored(*model, corpus, {s});
      REQUIRE(alone.emissions[0].size() == together.emissions[s].size());
      for (size_t i = 0; i < alone.emissions[0].size(); ++i)
        CHECK(together.emissions[s][i] == near(alone.emissions[0][i], 1e-5));
      CHECK(alone.tags_log_probability[0] ==
            Approx(together.tags_log_probability[s]).epsilon(1e-4).margin(1e-5));
      for (size_t c = 0; c < alone.classes.size(); ++c)
        CHECK(together.classes[s * kTinySentenceClasses + c] == near(alone.classes[c], 1e-5));
    }
  }
}

// What depends on what: the word alone, its neighbours, the whole sentence.
TEST_CASE("a tag depends on as many words as the encoder sees") {
  const auto differs = [](const TaggerOptions& options, int64_t distance) {
    TaggedCorpus corpus;
    const WordReader reader = tiny_words(false);
    corpus.add(reader, std::vector<std::string>{"ab", "b", "cab", "dd", "b", "ab"}, {});
    std::vector<std::string> other = {"ab", "b", "cab", "dd", "b", "ab"};
    other[static_cast<size_t>(distance)] = "öa";
    corpus.add(reader, other, {});
    const auto model = random_tagger(options, 3);
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const TagStates states = (*model)(tape, corpus, SentenceNumbers{0, 1});
    const float* first = states.emissions.value() + states.layout.row(0, 0) * kTinyTags;
    const float* second = states.emissions.value() + states.layout.row(1, 0) * kTinyTags;
    return !std::equal(first, first + kTinyTags, second);
  };
  for (const TaggerVariant& variant : all_taggers()) {
    const EncoderFields& encoder = variant.options.encoder;
    if (variant.options.slot_gate || variant.options.character_features) continue;
    INFO(variant.name);
    const int64_t reach = encoder.layers * (encoder.convolution.kernel / 2);
    const int64_t sees = encoder.encoder == "window"          ? encoder.window
                         : encoder.encoder == "convolutional" ? reach
                         : encoder.encoder == "bag"           ? 0
                                                              : 5;
    for (const int64_t distance : {0, 1, 2, 3, 4, 5})
      CHECK(differs(variant.options, distance) == (distance <= sees));
  }
}

TEST_CASE("words that are spelled differently have different letters, and the same tags without") {
  const bool letters = GENERATE(false, true);
  TaggerOptions options = all_taggers().front().options;
  options.character_features = letters;
  TaggedCorpus corpus;
  const WordReader reader = tiny_words(letters);
  corpus.add(reader, std::vector<std::string>{"xa", "dca", "xa"}, {});  // all unknown
  options.encoder.encoder = "window";
  options.encoder.window = 0;
  const auto model = random_tagger(options, 3);
  const std::vector<float> emissions = scored(*model, corpus, {0}).emissions[0];
  const auto same = [&](size_t a, size_t b) {
    return std::equal(emissions.begin() + a * kTinyTags, emissions.begin() + (a + 1) * kTinyTags,
                      emissions.begin() + b * kTinyTags);
  };
  CHECK(same(0, 2));
  CHECK(same(0, 1) != letters);
}

TEST_CASE("a sentence without words has no tags, and the class of its bias") {
  for (const TaggerVariant& variant : all_taggers()) {
    INFO(variant.name);
    const TaggedCorpus corpus = tiny_tagged(variant.options.character_features);
    const auto model = random_tagger(variant.options, 7);
    const std::vector<Tagging> alone = tag(*model, corpus, SentenceNumbers{2});
    CHECK(alone[0].tags.empty());
    CHECK(alone[0].tags_log_probability == 0);
    CHECK(alone[0].is_number);
    if (!variant.options.joint_class) continue;
    const Parameter& bias = model->parameters().at("class.output.bias");
    const std::vector<float> classes = scored(*model, corpus, {2, 0}).classes;
    for (int64_t c = 0; c < kTinySentenceClasses; ++c) CHECK(classes[c] == Approx(bias.value()[c]));
  }
}

TEST_CASE("tags are those of the largest probability, in the order of the sentences") {
  for (const TaggerVariant& variant : all_taggers()) {
    INFO(variant.name);
    const TaggedCorpus corpus = tiny_tagged(variant.options.character_features);
    const auto model = random_tagger(variant.options, 7);
    const Scored expected = scored(*model, corpus, kAllSentences);
    const std::vector<Tagging> few = tag(*model, corpus, {.batch_size = 2}),
                               all = tag(*model, corpus);
    REQUIRE(few.size() == kAllSentences.size());
    for (const int64_t s : kAllSentences) {
      CHECK(few[s].tags == all[s].tags);
      CHECK(few[s].label == all[s].label);
      CHECK(all[s].tags_log_probability == Approx(expected.tags_log_probability[s]).margin(1e-5));
      REQUIRE(std::ssize(all[s].tags) == corpus.length(s));
      if (variant.options.crf) continue;
      for (int64_t t = 0; t < corpus.length(s); ++t) {
        const std::span<const float> row =
            std::span<const float>(expected.emissions[s]).subspan(t * kTinyTags, kTinyTags);
        CHECK(all[s].tags[t] == std::ranges::max_element(row) - row.begin());
      }
    }
  }
}

// The likelihood of a softmax is that of its words; a chain's is tested with its operation.
TEST_CASE("the likelihood of tags and class is that of their softmaxes") {
  TaggerOptions options = all_taggers().front().options;
  options.joint_class = true;
  const TaggedCorpus corpus = tiny_tagged(false);
  const auto model = random_tagger(options, 7);
  const Scored given = scored(*model, corpus, kAllSentences);
  const auto log_p = [](const float* row, int64_t count, int32_t target) {
    double sum = 0;
    for (int64_t i = 0; i < count; ++i) sum += std::exp(static_cast<double>(row[i]));
    return static_cast<double>(row[target]) - std::log(sum);
  };
  const std::vector<Tagging> results = tag(*model, corpus);
  for (const int64_t s : kAllSentences) {
    double sum = 0;
    for (int64_t t = 0; t < corpus.length(s); ++t)
      sum += log_p(given.emissions[s].data() + t * kTinyTags, kTinyTags, corpus.tags(s)[t]);
    CHECK(results[s].tags_log_probability == Approx(sum).epsilon(1e-4));
    CHECK(results[s].class_log_probability ==
          Approx(log_p(given.classes.data() + s * kTinySentenceClasses, kTinySentenceClasses,
                       corpus.label(s)))
              .epsilon(1e-4));
  }
}

TEST_CASE("numbers that overflow are told, for their sentence alone") {
  TaggerOptions options = all_taggers().front().options;
  options.encoder.encoder = "window";
  const TaggedCorpus corpus = tiny_tagged(false);
  const auto model = random_tagger(options, 7);
  model->parameters().at("encoder.embedding.weight").value()[6 * 6] = NAN;  // of "dd"
  model->parameters().changed();
  const std::vector<Tagging> results = tag(*model, corpus);
  CHECK(results[0].is_number);
  CHECK_FALSE(results[1].is_number);
  CHECK(results[2].is_number);
  CHECK_FALSE(results[3].is_number);
  CHECK(results[4].is_number);
}

TEST_CASE("dropout of a tagger changes training and leaves inference alone") {
  TaggerOptions options = all_taggers().front().options;
  const TaggedCorpus corpus = tiny_tagged(false);
  const auto plain = random_tagger(options, 7);
  options.encoder.dropout = 0.5;
  const auto model = random_tagger(options, 7);
  CHECK(scored(*model, corpus, kAllSentences).emissions ==
        scored(*plain, corpus, kAllSentences).emissions);
  const auto trained = [&](uint64_t seed) {
    Arena arena;
    Random random(seed);
    Tape tape(arena, Tape::Mode::kTraining, &random);
    const Variable emissions = (*model)(tape, corpus, kAllSentences).emissions;
    return std::vector<float>(emissions.values().begin(), emissions.values().end());
  };
  CHECK(trained(1) == trained(1));
  CHECK(trained(1) != trained(2));
}

TEST_CASE("options that make no tagger are refused by their names") {
  const auto refused = [](auto change, const std::string& name) {
    TaggerOptions options;
    change(options);
    const Tagger::Sizes sizes{.vocabulary = 5, .tags = 2, .classes = 2, .letters = 4};
    CHECK_THROWS_AS(Tagger(options, sizes, ParameterStore::Gradients::kNone), UsageError);
    CHECK_THROWS_WITH(Tagger(options, sizes, ParameterStore::Gradients::kNone),
                      Catch::Contains(name));
  };
  refused([](TaggerOptions& o) { o.encoder.encoder = "none"; }, "encoder");
  refused([](TaggerOptions& o) { o.pooling = "sum"; }, "pooling");
  refused([](TaggerOptions& o) { o.encoder.window = -1; }, "window");
  refused([](TaggerOptions& o) { o.character_hidden_size = 0; }, "character-hidden-size");
  refused([](TaggerOptions& o) { o.attention_size = kLargestSize + 1; }, "attention-size");
  refused(
      [](TaggerOptions& o) {
        o.encoder.encoder = "transformer";
        o.encoder.embedding_size = 7;
      },
      "heads");
}

}  // namespace
}  // namespace alinea
