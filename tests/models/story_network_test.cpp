#include "models/story_network.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "autograd/gradient_check.h"
#include "models/near.h"
#include "models/story_model.h"
#include "models/story_reading.h"
#include "models/story_variants.h"
#include "ops/cross_entropy.h"
#include "ops/engine.h"
#include "ops/sum.h"
#include "options/field_list.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

using Numbers = std::vector<int64_t>;

std::vector<StoryAnswer> story_answers(const StoryNetwork& model, const StoryCorpus& corpus,
                                       int64_t batch_size = 9) {
  Numbers all(static_cast<size_t>(corpus.size()));
  std::iota(all.begin(), all.end(), 0);
  return answer(model, corpus, all, {.batch_size = batch_size, .keep_attention = true});
}

double sum_of(std::span<const float> weights) {
  return std::accumulate(weights.begin(), weights.end(), 0.0);
}

TEST_CASE("the gradient of the loss agrees with central differences in every network of stories") {
  ops::set_threads(1);  // the sizes are too small for more
  const StoryCorpus corpus = stories_of(tiny_stories());
  const Numbers all = {0, 1, 2, 3};
  std::vector<int32_t> answers;
  for (const int64_t q : all) answers.push_back(corpus.answer(q));
  Arena arena;
  for (const StoryVariant& variant : all_story_networks()) {
    INFO(variant.name);
    const auto model = random_story_network(variant.options, 5);
    const auto loss = [&](bool backward) {
      arena.reset();
      Tape tape(arena, Tape::Mode::kTraining);
      const StoryStates states = (*model)(tape, corpus, all);
      const ops::CrossEntropy entropy = ops::cross_entropy(tape, states.logits, answers);
      double value = 0;  // the loss, summed in double
      for (const float log_probability : entropy.log_probabilities)
        value -= static_cast<double>(log_probability);
      if (states.penalty) value += static_cast<double>(states.penalty.value()[0]);
      if (backward) tape.backward(ops::add_present(tape, entropy.loss, states.penalty));
      return value;
    };
    check_parameter_gradients(model->parameters(), loss, /*samples=*/5, {3e-3F, 5e-3});
  }
}

TEST_CASE("answers to a question are the same whatever else is in the batch") {
  const StoryCorpus corpus = stories_of(tiny_stories());
  for (const StoryVariant& variant : all_story_networks()) {
    INFO(variant.name);
    const auto model = random_story_network(variant.options, 7);
    const auto together = story_answers(*model, corpus), alone = story_answers(*model, corpus, 1);
    for (size_t q = 0; q < together.size(); ++q) {
      double total = 0;
      for (size_t a = 0; a < together[q].log_probabilities.size(); ++a) {
        CHECK(together[q].log_probabilities[a] ==
              Approx(alone[q].log_probabilities[a]).margin(1e-5));
        total += std::exp(together[q].log_probabilities[a]);
      }
      CHECK(total == Approx(1));
      CHECK(together[q].steps == alone[q].steps);
      REQUIRE(together[q].attention.alpha.size() == alone[q].attention.alpha.size());
      for (size_t i = 0; i < alone[q].attention.alpha.size(); ++i)
        CHECK(together[q].attention.alpha[i] == near(alone[q].attention.alpha[i], 1e-5));
    }
  }
}

TEST_CASE("the weights of the question are those of each layer and head, and add up to 1") {
  const StoryCorpus corpus = stories_of(tiny_stories());
  for (const StoryVariant& variant : all_story_networks()) {
    INFO(variant.name);
    const EncoderFields& encoder = variant.options.encoder;
    const auto model = random_story_network(variant.options, 7);
    const auto answers = story_answers(*model, corpus);
    for (int64_t q = 0; q < corpus.size(); ++q) {
      const StoryAnswer& found = answers[static_cast<size_t>(q)];
      if (!encoder.has_self_attention()) {
        CHECK(found.attention.empty());
        continue;
      }
      const auto sentences = static_cast<size_t>(corpus.facts(q) + 1);
      REQUIRE(found.attention.alpha.size() ==
              static_cast<size_t>(found.attention.heads) * sentences);
      CHECK(found.steps.size() == (encoder.transformer.halting ? sentences : 0));
      for (const float steps : found.steps) CHECK((steps >= 1 && steps <= 3));
      if (encoder.encoder != "transformer") continue;
      CHECK(found.attention.heads == encoder.layers * encoder.transformer.heads);
      for (int64_t head = 0; head < found.attention.heads; ++head)
        CHECK(sum_of(std::span(found.attention.alpha)
                         .subspan(static_cast<size_t>(head) * sentences, sentences)) == Approx(1));
    }
  }
}

// With masks of 1 a sentence is a bag of words; with others its order counts.
TEST_CASE("masks tell the places of words in a sentence apart") {
  const ReaderOptions options = all_story_networks().front().options;
  const auto model = random_story_network(options, 3);
  const StoryCorpus order = stories_of("1 Mary went to John.\n2 Where is Mary?\thall\n"),
                    other = stories_of("1 John went to Mary.\n2 Where is Mary?\thall\n");
  const auto first = [&](const StoryCorpus& corpus) {
    return story_answers(*model, corpus)[0].log_probabilities[0];
  };
  CHECK(std::abs(first(order) - first(other)) > 1e-4);
  std::ranges::fill(model->parameters().at("encoder.mask.weight").value(), 1.0F);
  model->parameters().changed();
  CHECK(first(order) == Approx(first(other)).margin(1e-6));
}

TEST_CASE("a network of stories begins with masks of 1") {
  StoryNetwork model(all_story_networks().front().options, {.vocabulary = 9, .answers = 3},
                     ParameterStore::Gradients::kNone);
  Random random(1);
  model.parameters().initialize(random);
  for (const float value : model.parameters().at("encoder.mask.weight").value()) CHECK(value == 1);
}

TEST_CASE("a reader of stories that was saved is loaded as it was") {
  const TemporaryFolder temporary;
  for (const StoryVariant& variant : all_story_networks()) {
    INFO(variant.name);
    StoryForm form;
    form.lowercase = false;
    form.max_facts = 7;
    const StoryModel model(form, tiny_story_words(), tiny_story_answers(),
                           random_story_network(variant.options, 9));
    const auto write = [&](const ModelFolder& folder, const StoryModel& one) {
      folder.create(/*overwrite=*/false);
      save_description(one, folder, nlohmann::ordered_json::object());
      folder.save_parameters(one.network->parameters(), Snapshot::kBest);
    };
    const ModelFolder folder(temporary.path() / variant.name),
        again(temporary.path() / (variant.name + " again"));
    write(folder, model);
    const auto loaded = load<StoryModel>(folder);
    CHECK_FALSE(loaded.form.lowercase);
    CHECK(loaded.form.max_facts == 7);
    CHECK(loaded.answers.names() == model.answers.names());
    write(again, loaded);
    for (const char* file : {"config.json", "vocabulary.txt", "answers.txt", "best.safetensors"})
      CHECK(bytes_of(folder.path() / file) == bytes_of(again.path() / file));
  }
}

TEST_CASE("options of a reader of documents make no network of stories") {
  ReaderOptions options = all_story_networks().front().options;
  options.stories = false;
  CHECK_THROWS_AS(
      StoryNetwork(options, {.vocabulary = 5, .answers = 2}, ParameterStore::Gradients::kNone),
      UsageError);
}

}  // namespace
}  // namespace alinea
