// What has to agree between training, scoring and the search, for every variant.
#include "search/translator.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "models/near.h"
#include "models/variants.h"
#include "ops/engine.h"
#include "text/vocabulary.h"

namespace alinea {
namespace {

using Words = std::vector<int32_t>;

// Of very different lengths, in no order, two of them empty.
const std::vector<Words> kSentences = {{3, 9, 4}, {}, {5, 6, 7, 8, 9, 10, 3, 3, 5, 0, 8, 4, 10},
                                       {7},       {}, {4, 8, 8, 10, 6}};
const std::vector<Words> kTranslations = {{4, 12}, {3, 5, 7, 9, 11, 4, 4, 8}, {6}, {},
                                          {},      {10, 0, 3, 8, 12}};

TranslatorOptions options_of(int64_t beam_size, int64_t n_best, int64_t batch_size = 64) {
  return {.search = {.beam_size = beam_size,
                     .n_best = n_best,
                     .max_length_factor = 1,
                     .max_length_extra = 5},
          .batch_size = batch_size,
          .keep_attention = true};
}

std::vector<SentencePair> given_pairs() {
  std::vector<SentencePair> pairs;
  for (size_t n = 0; n < kSentences.size(); ++n) pairs.push_back({kSentences[n], kTranslations[n]});
  return pairs;
}

// A translation with the source that it is of.
struct Translation {
  const Words* source;
  Hypothesis hypothesis;
};

std::vector<Translation> all_translations(const EncoderDecoder& model) {
  std::vector<Translation> all;
  const auto found = translate(model, kSentences, options_of(3, 3));
  REQUIRE(found.size() == kSentences.size());
  for (size_t n = 0; n < found.size(); ++n)
    for (const Hypothesis& hypothesis : found[n]) all.push_back({&kSentences[n], hypothesis});
  return all;
}

std::vector<SentencePair> pairs_of(std::span<const Translation> translations) {
  std::vector<SentencePair> pairs;
  for (const Translation& one : translations)
    pairs.push_back({*one.source, one.hypothesis.tokens, static_cast<int64_t>(pairs.size())});
  return pairs;
}

template <typename Visit>
void for_each_variant(Visit visit) {
  ops::set_threads(1);
  uint64_t seed = 40;
  for (const Variant& variant : all_variants()) {
    INFO(variant.name);
    const auto model = random_model(variant.options, ++seed);
    // With larger weights some decoders are chaotic: they multiply what rounding does to a step.
    for (float& value : model->parameters().values()) value *= 0.5F;
    model->parameters().changed();
    visit(*model, variant.options);
  }
}

// Products round differently beside other rows.
constexpr double kRounding = 5e-5;

void check_near(std::span<const float> a, std::span<const float> b) {
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) CHECK(a[i] == near(b[i], kRounding));
}

void check_near(const KeptAttention& a, const KeptAttention& b) {
  REQUIRE(a.heads == b.heads);
  check_near(a.alpha, b.alpha);
  check_near(a.centres, b.centres);
  CHECK(a.windows == b.windows);
}

// The rows of its first steps.
KeptAttention first_steps(KeptAttention attention, const KeptAttention& of) {
  REQUIRE(attention.alpha.size() >= of.alpha.size());
  attention.alpha.resize(of.alpha.size());
  attention.windows.resize(of.windows.size());
  attention.centres.resize(of.centres.size());
  return attention;
}

void check_near(const Hypothesis& a, const Hypothesis& b) {
  CHECK(a.tokens == b.tokens);
  CHECK(a.ended == b.ended);
  CHECK(a.log_probability == near(b.log_probability, kRounding));
  CHECK(a.score == near(b.score, kRounding));
  check_near(a.attention, b.attention);
}

// The best of a list. Of those that are equally good, rounding decides which one comes first, and
// which are left out at the end of the list; before that it has the same ones.
void check_best(std::span<const Hypothesis> best, std::span<const Hypothesis> all) {
  REQUIRE(best.size() <= all.size());
  for (size_t i = 0; i < best.size(); ++i) {
    CAPTURE(i);
    CHECK(best[i].score == near(all[i].score, kRounding));
    const auto same = std::ranges::find(all, best[i].tokens, &Hypothesis::tokens);
    if (same != all.end())
      check_near(best[i], *same);
    else
      CHECK(best[i].score == near(best.back().score, kRounding));
  }
}

TEST_CASE("training, scoring and the search agree on how likely a translation is") {
  size_t ended = 0;
  for_each_variant([&](const EncoderDecoder& model, const ModelOptions&) {
    std::vector<Translation> found = all_translations(model);
    std::erase_if(found, [](const Translation& one) { return !one.hypothesis.ended; });
    if (found.empty()) return;
    ended += found.size();
    const std::vector<SentencePair> pairs = pairs_of(found);
    const std::vector<ScoredPair> forced = score(model, pairs, {});
    const Batch batch = make_batch(pairs);
    Arena arena;
    Tape tape(arena, Tape::Mode::kTraining);
    const Likelihood trained = model.likelihood(tape, batch);
    double sum = 0;
    for (size_t n = 0; n < found.size(); ++n) {
      const auto index = static_cast<size_t>(batch.index[n]);
      const double searched = found[index].hypothesis.log_probability;
      CHECK(forced[index].log_probability == near(searched, 1e-4));
      CHECK(trained.log_probability[n] == near(searched, 1e-4));
      CHECK(forced[index].tokens ==
            static_cast<int64_t>(found[index].hypothesis.tokens.size()) + 1);
      sum += searched;
    }
    CHECK(-static_cast<double>(trained.loss.value()[0]) == near(sum, 1e-4 * 18));
  });
  CHECK(ended > 500);
}

TEST_CASE("positions are drawn alike in search and score, by words to copy too") {
  ops::set_threads(1);
  ModelOptions options;
  options.decoder = "luong";
  options.attention = "general";
  options.attention_choice = "hard";
  options.embedding_size = 3;
  options.hidden_size = 4;
  options.copy = true;
  const auto model = random_model(options, 3);
  const int32_t open = static_cast<int32_t>(model->vocabulary_size()) + 70;
  const std::vector<Words> sources = {{3, open, 4, open + 1}, {open, 5}, {3, 9, 4}};
  for (const uint64_t seed : {1, 2, 3, 4, 5}) {
    model->choose_by({ops::PositionChoice::Kind::kDrawn, seed});
    const auto found = translate(*model, sources, options_of(1, 1));
    std::vector<SentencePair> pairs;
    for (size_t n = 0; n < sources.size(); ++n)
      pairs.push_back({sources[n], found[n].at(0).tokens, static_cast<int64_t>(n)});
    const std::vector<ScoredPair> forced = score(*model, pairs, {});
    for (size_t n = 0; n < sources.size(); ++n)
      if (found[n][0].ended)
        CHECK(forced[n].log_probability == near(found[n][0].log_probability, 1e-4));
  }
}

// The most probable word at every step until that is </s>, for one sentence alone.
Hypothesis greedy(const EncoderDecoder& model, const Words& source, int64_t max_length) {
  const std::vector<SentencePair> pairs = {{source, {}}};
  const Batch batch = make_batch(pairs);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Source read{batch.source, batch.source_lengths};
  DecoderState state = model.start(tape, read);
  Hypothesis result{};
  int32_t word = kBegin;
  for (int64_t t = 1; t <= max_length && !result.ended; ++t) {
    const DecoderStep step = model.step(tape, std::span(&word, 1), state, t);
    const std::span<float> log_p = next_log_probabilities(model, tape, step, read).values();
    log_p[kBegin] = -1e30F;
    const auto best = std::ranges::max_element(log_p);
    word = static_cast<int32_t>(best - log_p.begin());
    result.log_probability += static_cast<double>(*best);
    result.ended = word == kEnd;
    if (!result.ended) result.tokens.push_back(word);
  }
  return result;
}

TEST_CASE("greedy search is the beam of size 1") {
  size_t ended = 0, cut_off = 0;
  for_each_variant([&](const EncoderDecoder& model, const ModelOptions&) {
    const TranslatorOptions options = options_of(1, 1);
    const auto found = translate(model, kSentences, options);
    for (size_t n = 0; n < kSentences.size(); ++n) {
      CAPTURE(n);
      const auto length = static_cast<int64_t>(kSentences[n].size()) + 1;
      const Hypothesis expected =
          greedy(model, kSentences[n], max_target_length(length, options.search));
      REQUIRE(found[n].size() == 1);
      CHECK(found[n][0].tokens == expected.tokens);
      CHECK(found[n][0].ended == expected.ended);
      CHECK(found[n][0].log_probability == near(expected.log_probability, kRounding));
      ++(expected.ended ? ended : cut_off);
    }
  });
  CHECK(ended > 100);
  CHECK(cut_off > 100);
}

TEST_CASE("no translation depends on the rest of its batch") {
  for_each_variant([](const EncoderDecoder& model, const ModelOptions&) {
    const auto together = translate(model, kSentences, options_of(3, 3));
    const auto by_twos = translate(model, kSentences, options_of(3, 3, 2));
    for (size_t n = 0; n < kSentences.size(); ++n) {
      CAPTURE(n);
      const auto alone = translate(model, std::span(kSentences).subspan(n, 1), options_of(3, 3));
      REQUIRE(alone.size() == 1);
      REQUIRE(together[n].size() == alone[0].size());
      REQUIRE(by_twos[n].size() == alone[0].size());
      check_best(together[n], alone[0]);
      check_best(by_twos[n], alone[0]);
    }
  });
}

TEST_CASE("no score depends on the rest of its batch") {
  const std::vector<SentencePair> pairs = given_pairs();
  for_each_variant([&](const EncoderDecoder& model, const ModelOptions& options) {
    const auto together = score(model, pairs, {.keep_attention = true});
    const auto by_twos = score(model, pairs, {.batch_size = 2, .keep_attention = true});
    const auto alone = score(model, pairs, {.batch_size = 1, .keep_attention = true});
    for (size_t n = 0; n < pairs.size(); ++n) {
      CAPTURE(n);
      const size_t tokens = kTranslations[n].size() + 1;
      CHECK(alone[n].tokens == static_cast<int64_t>(tokens));
      const size_t rows = tokens * static_cast<size_t>(attention_rows(options));
      CHECK(alone[n].attention.alpha.size() ==
            (options.has_attention() ? rows * (kSentences[n].size() + 1) : 0));
      CHECK(alone[n].attention.centres.size() == (options.attention_mode != "global" ? rows : 0));
      for (const ScoredPair& other : {together[n], by_twos[n]}) {
        CHECK(other.log_probability == near(alone[n].log_probability, kRounding));
        CHECK(other.tokens == alone[n].tokens);
        check_near(other.attention, alone[n].attention);
      }
    }
  });
}

TEST_CASE("attention is the same where nothing else is wanted") {
  const std::vector<SentencePair> pairs = given_pairs();
  const auto check = [&](const EncoderDecoder& model, AttentionOf of) {
    const auto scored = score(model, pairs, {.keep_attention = true, .attention_of = of});
    const auto alone =
        score(model, pairs, {.keep_attention = true, .attention_alone = true, .attention_of = of});
    for (size_t n = 0; n < pairs.size(); ++n) {
      CHECK(alone[n].attention == scored[n].attention);
      CHECK(alone[n].tokens == scored[n].tokens);
      CHECK(alone[n].log_probability == 0);
    }
  };
  for_each_variant([&](const EncoderDecoder& model, const ModelOptions& options) {
    if (options.has_attention()) check(model, AttentionOf::kCross);
  });
  ops::set_threads(1);
  ModelOptions options = transformer_variants().front().options;
  options.full_context = true;
  const auto guided = random_model(options, 3);
  check(*guided, AttentionOf::kCross);
  check(*guided, AttentionOf::kEncoder);
  check(*guided, AttentionOf::kDecoder);
}

TEST_CASE(
    "a word's row in full context is that of the step that reads it, and no score is another") {
  ops::set_threads(1);
  ModelOptions options = transformer_variants().front().options;
  const auto causal = random_model(options, 3);
  options.full_context = true;
  const auto model = random_model(options, 3);
  const std::vector<SentencePair> pairs = given_pairs();
  const auto plain = score(*causal, pairs, {.keep_attention = true});
  const auto scored = score(*model, pairs, {.batch_size = 2, .keep_attention = true});
  const auto own =
      score(*model, pairs, {.keep_attention = true, .attention_of = AttentionOf::kDecoder});
  const auto own_plain =
      score(*causal, pairs, {.keep_attention = true, .attention_of = AttentionOf::kDecoder});
  for (size_t n = 0; n < pairs.size(); ++n) {
    CAPTURE(n);
    CHECK(scored[n].log_probability == near(plain[n].log_probability, kRounding));
    check_near(own[n].attention, own_plain[n].attention);
    Arena arena;
    Tape tape(arena, Tape::Mode::kInference);
    const Batch batch = make_batch(std::span(&pairs[n], 1));
    const Likelihood likelihood = model->likelihood(tape, batch);
    REQUIRE(likelihood.attention_is_shifted);
    const AttentionValues values = likelihood.attention.at(0).values();
    const auto length = static_cast<int64_t>(kSentences[n].size()) + 1,
               tokens = static_cast<int64_t>(kTranslations[n].size()) + 1;
    KeptAttention expected;
    for (int64_t t = 0; t < tokens; ++t)
      expected.append(values, 0, std::min(t + 1, tokens - 1), length);
    check_near(scored[n].attention, expected);
    if (tokens > 1 && length > 1) CHECK(scored[n].attention.alpha != plain[n].attention.alpha);
  }
}

TEST_CASE("the n best begin with the best, for every n") {
  for_each_variant([](const EncoderDecoder& model, const ModelOptions&) {
    const auto all = translate(model, kSentences, options_of(4, 4));
    for (int64_t n_best = 1; n_best < 4; ++n_best) {
      CAPTURE(n_best);
      const auto some = translate(model, kSentences, options_of(4, n_best));
      for (size_t n = 0; n < kSentences.size(); ++n) {
        CAPTURE(n);
        REQUIRE(all[n].size() == 4);
        REQUIRE(some[n].size() == static_cast<size_t>(n_best));
        check_best(some[n], all[n]);
        CHECK(std::ranges::is_sorted(some[n], std::greater<>(), &Hypothesis::score));
      }
    }
  });
}

TEST_CASE("the search saw the attention that scoring what it found sees") {
  for_each_variant([](const EncoderDecoder& model, const ModelOptions& options) {
    const std::vector<Translation> found = all_translations(model);
    const auto forced = score(model, pairs_of(found), {.keep_attention = true});
    for (size_t i = 0; i < found.size(); ++i) {
      CAPTURE(i);
      const Hypothesis& hypothesis = found[i].hypothesis;
      const size_t steps = hypothesis.tokens.size() + (hypothesis.ended ? 1 : 0);
      const size_t length = found[i].source->size() + 1;
      const size_t rows = steps * static_cast<size_t>(attention_rows(options));
      REQUIRE(hypothesis.attention.alpha.size() == (options.has_attention() ? rows * length : 0));
      REQUIRE(hypothesis.attention.centres.size() ==
              (options.attention_mode != "global" ? rows : 0));
      // Where scoring sees the whole target, it shows what no search can have seen.
      if (options.full_context) continue;
      // Scoring goes on to </s>, also where the search was cut off before it.
      check_near(hypothesis.attention, first_steps(forced[i].attention, hypothesis.attention));
    }
  });
}

TEST_CASE("attention is kept on request alone") {
  const auto model = random_model(all_variants()[2].options, 1);  // a local mode
  TranslatorOptions options = options_of(3, 3);
  options.keep_attention = false;
  const auto kept = translate(*model, kSentences, options_of(3, 3));
  const auto found = translate(*model, kSentences, options);
  for (size_t n = 0; n < kSentences.size(); ++n)
    for (size_t i = 0; i < 3; ++i) {
      CHECK_FALSE(kept[n][i].attention.empty());
      CHECK_FALSE(kept[n][i].attention.centres.empty());
      CHECK(found[n][i].tokens == kept[n][i].tokens);
      CHECK(found[n][i].attention == KeptAttention());
    }
  for (const ScoredPair& pair : score(*model, given_pairs(), {}))
    CHECK(pair.attention == KeptAttention());
}

// So long that a batch of two would hold too many words: it goes alone, and comes back in place.
TEST_CASE("very long sentences among short ones come back where they were") {
  ops::set_threads(1);
  const auto model = random_model(all_variants().front().options, 3);
  std::vector<Words> sources = kSentences, targets = kTranslations;
  sources[3].assign(301, 5);
  targets[1].assign(290, 7);
  std::vector<SentencePair> pairs;
  for (size_t n = 0; n < sources.size(); ++n) pairs.push_back({sources[n], targets[n]});
  const auto forced = score(*model, pairs, {.batch_size = 2, .keep_attention = true});
  TranslatorOptions options = options_of(2, 1, 2);
  options.search.max_length_factor = 0.1;
  const auto found = translate(*model, sources, options);
  for (size_t n = 0; n < sources.size(); ++n) {
    CAPTURE(n);
    const auto alone = score(*model, std::span(pairs).subspan(n, 1), {.keep_attention = true});
    CHECK(forced[n].log_probability == Approx(alone[0].log_probability).epsilon(1e-6));
    check_near(forced[n].attention, alone[0].attention);
    check_near(found[n][0], translate(*model, std::span(sources).subspan(n, 1), options)[0][0]);
  }
}

TEST_CASE("no sentences give no results") {
  const auto model = random_model(all_variants().front().options, 1);
  CHECK(translate(*model, std::span<const SentencePair>(), {}).empty());
  CHECK(score(*model, {}, {}).empty());
}

}  // namespace
}  // namespace alinea
