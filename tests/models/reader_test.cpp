#include "models/reader.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <set>

#include "autograd/gradient_check.h"
#include "models/near.h"
#include "models/reader_model.h"
#include "models/reader_variants.h"
#include "models/reading.h"
#include "ops/engine.h"
#include "ops/sum.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

using Numbers = std::vector<int64_t>;
const Numbers kAllQuestions = {0, 1, 2, 3, 4};

std::vector<ReadingAnswer> answers_of(const Reader& model, const ReadingCorpus& corpus,
                                      int64_t batch_size = 5) {
  Numbers all(static_cast<size_t>(corpus.size()));
  std::iota(all.begin(), all.end(), 0);
  return answer(model, corpus, all, {.batch_size = batch_size, .keep_weights = true});
}

double total(std::span<const float> weights) {
  return std::accumulate(weights.begin(), weights.end(), 0.0);
}

TEST_CASE("the gradient of the loss agrees with central differences in every reader") {
  ops::set_threads(1);  // the sizes are too small for more
  const ReadingCorpus corpus = tiny_questions();
  Arena arena;
  for (const ReaderVariant& variant : all_readers()) {
    INFO(variant.name);
    const auto model = random_reader(variant.options, 5);
    const auto loss = [&](bool backward) {
      arena.reset();
      Tape tape(arena, Tape::Mode::kTraining);
      const ReaderStates states = (*model)(tape, corpus, kAllQuestions);
      const Reader::Likelihood likelihood = model->likelihood(tape, states, corpus, kAllQuestions);
      double value = 0;  // the loss, summed in double
      for (const float log_probability : likelihood.log_probabilities)
        value -= static_cast<double>(log_probability);
      if (states.penalty) value += static_cast<double>(states.penalty.value()[0]);
      if (backward)
        tape.backward(states.penalty ? ops::add(tape, likelihood.loss, states.penalty)
                                     : likelihood.loss);
      return value;
    };
    check_parameter_gradients(model->parameters(), loss, /*samples=*/5, {3e-3F, 5e-3});
  }
}

// s = Σ_j β_j α(j) in double, out of nothing but the rows that are kept.
TEST_CASE(
    "the document's weights are those of the query's words, weighted by what the document gives "
    "them") {
  const ReadingCorpus corpus = tiny_questions();
  for (const ReaderVariant& variant : all_readers()) {
    INFO(variant.name);
    const auto model = random_reader(variant.options, 7);
    const auto answers = answers_of(*model, corpus);
    for (const int64_t q : kAllQuestions) {
      const ReadingAnswer& found = answers[q];
      const auto width = corpus.document(q).size(), steps = corpus.query(q).size();
      REQUIRE(found.s.size() == width);
      REQUIRE(found.alpha.size() == width * steps);
      CHECK(total(found.s) == Approx(1));
      for (size_t j = 0; j < steps; ++j)
        CHECK(total(std::span(found.alpha).subspan(j * width, width)) == Approx(1));
      if (!variant.options.has_query_weights()) {
        CHECK(found.beta.empty());
        const auto blank = static_cast<size_t>(corpus.blank(q));
        for (size_t i = 0; i < width; ++i) CHECK(found.s[i] == found.alpha[blank * width + i]);
        continue;
      }
      REQUIRE(found.beta.size() == steps);
      CHECK(total(found.beta) == Approx(1));
      for (size_t i = 0; i < width; ++i) {
        double sum = 0;
        for (size_t j = 0; j < steps; ++j)
          sum +=
              static_cast<double>(found.beta[j]) * static_cast<double>(found.alpha[j * width + i]);
        CHECK(found.s[i] == near(sum, 1e-5));
      }
    }
  }
}

TEST_CASE("answers are those of the question alone, whatever else is in the batch") {
  const ReadingCorpus corpus = tiny_questions();
  for (const ReaderVariant& variant : all_readers()) {
    INFO(variant.name);
    const auto model = random_reader(variant.options, 7);
    const auto together = answers_of(*model, corpus), alone = answers_of(*model, corpus, 1);
    for (const int64_t q : kAllQuestions) {
      CHECK(together[q].log_probability == Approx(alone[q].log_probability).margin(1e-5));
      for (size_t i = 0; i < together[q].s.size(); ++i)
        CHECK(together[q].s[i] == near(alone[q].s[i], 1e-5));
      for (size_t i = 0; i < together[q].beta.size(); ++i)
        CHECK(together[q].beta[i] == near(alone[q].beta[i], 1e-5));
    }
  }
}

TEST_CASE("behind the last word of a document and of a query weights are exactly 0") {
  const ReadingCorpus corpus = tiny_questions();
  const auto model = random_reader(all_readers().front().options, 7);
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  const ReaderStates states = (*model)(tape, corpus, kAllQuestions);
  const int64_t width = states.s.columns(), steps = states.beta.columns();
  for (const int64_t q : kAllQuestions) {
    for (int64_t i = std::ssize(corpus.document(q)); i < width; ++i) {
      CHECK(states.s.value()[q * width + i] == 0);
      for (int64_t j = 0; j < std::ssize(corpus.query(q)); ++j)
        CHECK(states.alpha.value()[(q * steps + j) * width + i] == 0);
    }
    for (int64_t j = std::ssize(corpus.query(q)); j < steps; ++j)
      CHECK(states.beta.value()[q * steps + j] == 0);
  }
}

TEST_CASE(
    "a word's probability is the sum of its places, and words are told apart by their spelling") {
  const ReadingCorpus corpus = tiny_questions();
  const auto model = random_reader(all_readers().front().options, 7);
  const auto answers = answers_of(*model, corpus);
  for (const int64_t q : kAllQuestions) {
    const ReadingAnswer& found = answers[q];
    const size_t expected =
        corpus.candidates(q).empty()
            ? std::set<int32_t>(corpus.document(q).begin(), corpus.document(q).end()).size()
            : corpus.candidates(q).size();
    REQUIRE(found.choices.size() == expected);
    for (size_t c = 0; c < found.choices.size(); ++c) {
      double sum = 0;
      for (const int64_t place : corpus.places(q, found.choices[c].spelling))
        sum += static_cast<double>(found.s[place]);
      CHECK(found.choices[c].probability == Approx(sum));
      if (c > 0) CHECK(found.choices[c].probability <= found.choices[c - 1].probability);
      if (found.choices[c].spelling == corpus.answer(q))
        CHECK(found.log_probability == Approx(std::log(sum)).margin(1e-6));
    }
  }
  CHECK(corpus.places(2, corpus.answer(2)).size() == 10);
  // zebra and yak are both <unk> to the model, and have places of their own.
  CHECK(corpus.places(3, corpus.answer(3)) == Numbers{0});
}

TEST_CASE("the loss of an answer that is nowhere is finite, and teaches nothing") {
  const ReadingCorpus corpus = questions_of({"the cat\tXXXXX ran\tdog"});
  const auto model = random_reader(all_readers().front().options, 7);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Numbers one = {0};
  const ReaderStates states = (*model)(tape, corpus, one);
  const Variable loss = model->likelihood(tape, states, corpus, one).loss;
  CHECK(std::isfinite(loss.value()[0]));
  model->parameters().clear_gradients();
  tape.backward(loss);
  for (const Parameter& parameter : model->parameters().parameters())
    for (const float d : parameter.gradient()) CHECK(d == 0);
}

TEST_CASE("a document without words has no answer") {
  const ReadingCorpus corpus = questions_of({"\tXXXXX ran\tdog", "the dog\tXXXXX ran\tdog"});
  const auto model = random_reader(all_readers().front().options, 7);
  const auto answers = answers_of(*model, corpus);
  CHECK(answers[0].choices.empty());
  CHECK(answers[1].choices.size() == 2);
}

TEST_CASE("a reader that was saved is loaded as it was") {
  const TemporaryFolder temporary;
  for (const ReaderVariant& variant : all_readers()) {
    INFO(variant.name);
    ReadingForm form;
    form.lowercase = true;
    form.blank = "@placeholder";
    form.context_lines = 3;
    const ReaderModel model(form, tiny_reading_words(), random_reader(variant.options, 9));
    const ModelFolder folder(temporary.path() / variant.name);
    folder.create(/*overwrite=*/false);
    save_description(model, folder, nlohmann::ordered_json::object());
    folder.save_parameters(model.network->parameters(), Snapshot::kBest);
    const auto loaded = load<ReaderModel>(folder);
    CHECK(loaded.form.lowercase);
    CHECK(loaded.form.blank == "@placeholder");
    CHECK(loaded.form.context_lines == 3);
    CHECK(loaded.vocabulary == model.vocabulary);
    const ModelFolder again(temporary.path() / (variant.name + " again"));
    again.create(/*overwrite=*/false);
    save_description(loaded, again, nlohmann::ordered_json::object());
    again.save_parameters(loaded.network->parameters(), Snapshot::kBest);
    for (const char* file : {"config.json", "vocabulary.txt", "best.safetensors"})
      CHECK(bytes_of(folder.path() / file) == bytes_of(again.path() / file));
  }
}

TEST_CASE("options that make no reader are refused by their names") {
  ReaderOptions options;
  options.reader = "gated";
  CHECK_THROWS_AS(Reader(options, 5, ParameterStore::Gradients::kNone), UsageError);
  CHECK_THROWS_WITH(Reader(options, 5, ParameterStore::Gradients::kNone),
                    Catch::Contains("reader"));
}

}  // namespace
}  // namespace alinea
