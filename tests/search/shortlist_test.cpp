#include "search/shortlist.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "models/near.h"
#include "models/output_words.h"
#include "models/variants.h"
#include "ops/engine.h"
#include "ops/precisions.h"
#include "search/translator.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

using Words = std::vector<int32_t>;

// Tokens a3, a4 ... behind the special symbols, of so many in all.
Vocabulary vocabulary_of(char letter, int32_t size) {
  std::vector<std::string> tokens = {"<unk>", "<s>", "</s>"};
  for (int32_t id = 3; id < size; ++id) tokens.push_back(letter + std::to_string(id));
  return Vocabulary(std::move(tokens));
}

ModelOptions small_model() {
  ModelOptions options;
  options.embedding_size = 9;
  options.hidden_size = 12;
  options.encoder_hidden_size = 6;
  options.attention_size = 7;
  options.dropout = 0;
  return options;
}

class Lexicon {
 public:
  Shortlist read(const std::string& text, const ShortlistOptions& options) const {
    return {folder_.file("lexicon", text), vocabulary_of('s', 11), vocabulary_of('t', 13), options};
  }

 private:
  TemporaryFolder folder_;
};

TEST_CASE("a shortlist has the first words and the likeliest of each source word") {
  const Lexicon lexicon;
  const Shortlist shortlist = lexicon.read(
      "t9 s3 0.1\n"
      "t8 s3 0.7\n"
      "t7 s3 0.1\n"
      "t10 s3 0.05\n"
      "t11 s4 1\n"
      "t8 s4 0\n"
      "unheard s5 0.5\n"
      "t12 unheard 0.5\n"
      "NULL s6 0.5\n",
      {.first = 5, .best = 2});
  CHECK(shortlist.words(Words{}, {}) == Words{0, 1, 2, 3, 4});
  CHECK(shortlist.words(Words{3}, {}) == Words{0, 1, 2, 3, 4, 7, 8});  // of equal ones the lower
  CHECK(shortlist.words(Words{4, 3, 4, 5, 6, 0}, {}) == Words{0, 1, 2, 3, 4, 7, 8, 11});
  Guidance guidance;
  guidance.prefix = {12, 3};
  guidance.required = {{6}, {9, 12}};
  guidance.avoided = {{5}};
  CHECK(shortlist.words(Words{}, guidance) == Words{0, 1, 2, 3, 4, 6, 9, 12});
  CHECK(lexicon.read("t12 s9 1\n", {.first = 1}).words(Words{3}, {}) == Words{0, 1, 2});
  CHECK(lexicon.read("t12 s9 1\n", {.first = 100}).words(Words{3}, {}).size() == 13);
  CHECK(lexicon.read("t12 s9 0.5\nt12 s9 0.4\nt11 s9 0.1\n", {.first = 1, .best = 2})
            .words(Words{9}, {}) == Words{0, 1, 2, 11, 12});
  guidance.prefix = {13};
  CHECK_THROWS_AS(shortlist.words(Words{}, guidance), UsageError);
}

TEST_CASE("a line that is no entry of a lexicon is refused") {
  const Lexicon lexicon;
  for (const std::string line :
       {"", "t3", "t3 s3", "t3 s3 x", "t3 s3 0.5 more", "t3 s3 -0.5", "t3 s3 1.5", "t3 s3 nan"}) {
    CAPTURE(line);
    CHECK_THROWS_WITH(lexicon.read("t3 s3 0.5\n" + line + "\n", {}),
                      Catch::Contains("line 2") && Catch::Contains("probability"));
  }
}

TEST_CASE("a lexicon without a known word is refused") {
  const Lexicon lexicon;
  for (const std::string text : {"", "s3 t3 0.5\n", "t3 unheard 0.5\nunheard s3 0.5\n"})
    CHECK_THROWS_WITH(lexicon.read(text, {}), Catch::Contains("vocabularies"));
}

TEST_CASE("the softmax of some words is that of all without the others") {
  ops::set_threads(1);
  EncoderDecoder model(small_model(), {.source = 11, .target = 13},
                       ParameterStore::Gradients::kNone);
  Random values_of(1);
  model.parameters().initialize(values_of);
  const std::string precision = GENERATE(from_range(supported_precisions()));
  model.parameters().compute_in(ops::precision_from_name(precision));
  const std::vector<Words> words = {{0, 1, 2, 5, 12}, {0, 1, 2, 3, 4, 7}};
  const OutputWords output(model, words);
  const int64_t hidden = model.options().hidden_size, vocabulary = model.vocabularies().target;
  const std::vector<int64_t> sentences = {1, 0, 1};
  Random random(2);
  std::vector<float> values(static_cast<size_t>(3 * hidden));
  for (float& value : values) value = 4 * random.uniform() - 2;
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const Variable readout = tape.constant({values.data(), {3, hidden}});
  const Tensor all = model.log_probabilities(tape, readout);
  const Tensor some = output.log_probabilities(tape, readout, sentences);
  REQUIRE(some.shape == Shape{3, vocabulary});
  for (int64_t r = 0; r < 3; ++r) {
    const Words& allowed = words[static_cast<size_t>(sentences[static_cast<size_t>(r)])];
    double sum = 0;
    for (const int32_t word : allowed)
      sum += std::exp(static_cast<double>(all.data[r * vocabulary + word]));
    for (int32_t word = 0; word < vocabulary; ++word) {
      const float found = some.data[r * vocabulary + word];
      if (std::ranges::binary_search(allowed, word)) {
        CHECK(found ==
              near(static_cast<double>(all.data[r * vocabulary + word]) - std::log(sum), 1e-5));
      } else {
        CHECK(found == -std::numeric_limits<float>::infinity());
      }
    }
  }
}

const std::vector<Words> kShortlisted = {
    {3, 9, 4}, {}, {5, 6, 7, 8, 9, 10, 3, 3, 5, 0, 8, 4, 10}, {7}};

std::vector<std::vector<Hypothesis>> shortlisted(const Ensemble& ensemble,
                                                 const Shortlist* shortlist, int64_t batch_size) {
  return translate(ensemble, kShortlisted,
                   {.search = {.beam_size = 3, .n_best = 3, .max_length_factor = 1},
                    .batch_size = batch_size,
                    .shortlist = shortlist});
}

void check_same(const std::vector<std::vector<Hypothesis>>& found,
                const std::vector<std::vector<Hypothesis>>& expected) {
  REQUIRE(found.size() == expected.size());
  for (size_t n = 0; n < found.size(); ++n) {
    REQUIRE(found[n].size() == expected[n].size());
    for (size_t i = 0; i < found[n].size(); ++i) {
      CHECK(found[n][i].tokens == expected[n][i].tokens);
      CHECK(found[n][i].score == near(expected[n][i].score, 1e-4));
    }
  }
}

TEST_CASE("a shortlist bounds what a translation says, whatever the batch and the models") {
  ops::set_threads(1);
  const auto first = random_model(small_model(), 1), second = random_model(small_model(), 2);
  const Lexicon lexicon;
  const Shortlist whole = lexicon.read("t9 s3 0.5\n", {.first = 13}),
                  some = lexicon.read("t9 s3 0.5\nt8 s9 0.5\nt12 s7 1\n", {.first = 4, .best = 1});
  const std::vector<const AutoregressiveModel*> both = {first.get(), second.get()};
  for (const Ensemble& ensemble : {Ensemble(*first), Ensemble(both, {})}) {
    check_same(shortlisted(ensemble, &whole, 64), shortlisted(ensemble, nullptr, 64));
    const auto found = shortlisted(ensemble, &some, 64);
    check_same(found, shortlisted(ensemble, &some, 1));
    for (size_t n = 0; n < found.size(); ++n) {
      const Words allowed = some.words(kShortlisted[n], {});
      for (const Hypothesis& hypothesis : found[n])
        for (const int32_t token : hypothesis.tokens)
          CHECK(std::ranges::binary_search(allowed, token));
    }
  }
}

TEST_CASE("a shortlist holds what is asked for") {
  ops::set_threads(1);
  const auto model = random_model(small_model(), 1);
  const Lexicon lexicon;
  const Shortlist few = lexicon.read("t9 s3 0.5\n", {.first = 3});
  Guidance guidance;
  guidance.prefix = {11, 7};
  guidance.required = {{5, 6}};
  TranslatorOptions options{.search = {.beam_size = 4, .max_length_factor = 2}, .shortlist = &few};
  const std::vector<Guidance> all(kShortlisted.size(), guidance);
  for (const auto& found : translate(*model, kShortlisted, options, all)) {
    const Words& tokens = found.front().tokens;
    REQUIRE(tokens.size() >= 4);
    CHECK(Words(tokens.begin(), tokens.begin() + 2) == guidance.prefix);
    CHECK(std::search(tokens.begin(), tokens.end(), guidance.required[0].begin(),
                      guidance.required[0].end()) != tokens.end());
    for (const float score : found.front().token_log_probabilities) CHECK(std::isfinite(score));
  }
  options.search = {.beam_size = 2, .n_best = 2, .max_length_factor = 2};
  options.search.sampling.enabled = true;
  for (size_t n = 0; const auto& found : translate(*model, kShortlisted, options)) {
    const Words allowed = few.words(kShortlisted[n++], {});
    for (const Hypothesis& sample : found)
      for (const int32_t token : sample.tokens) CHECK(std::ranges::binary_search(allowed, token));
  }
}

}  // namespace
}  // namespace alinea
