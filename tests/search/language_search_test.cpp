// Language models in the search: what it says of a text is what scoring says, whatever it began
// with; n-best lists, and texts judged once more.
#include <algorithm>
#include <catch2/catch.hpp>

#include "models/language_variants.h"
#include "models/near.h"
#include "ops/engine.h"
#include "search/n_best_list.h"
#include "search/rescoring.h"
#include "search/translator.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

using Ids = std::vector<int32_t>;

// Sources as long as texts may become.
const std::vector<Ids> kRooms = {Ids(6), Ids(3), Ids(9)};
const std::vector<Ids> kPrompts = {{}, {5}, {3, 4, 3}};

TranslatorOptions text_search(int64_t beam) {
  TranslatorOptions options;
  options.search.beam_size = options.search.n_best = beam;
  options.search.max_length_factor = 1;
  options.search.max_length_extra = 0;
  return options;
}

std::vector<Guidance> prompts() {
  std::vector<Guidance> guidance;
  for (size_t i = 0; i < kPrompts.size(); ++i)
    guidance.push_back({.number = i, .prefix = kPrompts[i]});
  return guidance;
}

TEST_CASE("the search's log-probability of a text is that of scoring, in every variant") {
  ops::set_threads(1);
  uint64_t seed = 0;
  for (const LanguageVariant& variant : language_variants("causal"))
    for (const bool samples : {false, true}) {
      INFO(variant.name << (samples ? " sampled" : ""));
      const auto model = random_language_model(variant.options, ++seed);
      TranslatorOptions options = text_search(3);
      options.search.sampling.enabled = samples;
      const auto found = translate(*model, kRooms, options, prompts());
      for (size_t i = 0; i < found.size(); ++i) {
        REQUIRE(found[i].size() == 3);
        for (const Hypothesis& hypothesis : found[i]) {
          REQUIRE(hypothesis.tokens.size() >= kPrompts[i].size());
          CHECK(std::equal(kPrompts[i].begin(), kPrompts[i].end(), hypothesis.tokens.begin()));
          CHECK(hypothesis.tokens.size() <= kRooms[i].size() + 1);
          const SentencePair pair{{}, hypothesis.tokens, 0};
          const ScoredPair scored =
              score(*model, std::span(&pair, 1), {.keep_token_log_probabilities = true})[0];
          const std::vector<float>& said = hypothesis.token_log_probabilities;
          double sum = 0;
          for (size_t t = 0; t < said.size(); ++t) {
            CHECK(said[t] == near(scored.token_log_probabilities[t], 1e-5));
            sum += static_cast<double>(scored.token_log_probabilities[t]);
          }
          CHECK(hypothesis.log_probability == near(sum, 1e-5));
          if (hypothesis.ended) CHECK(sum == near(scored.log_probability, 1e-5));
        }
        // Alone it finds the same.
        const auto guidance = prompts();
        const auto alone = translate(*model, std::span(kRooms).subspan(i, 1), options,
                                     std::span(guidance).subspan(i, 1));
        for (size_t h = 0; h < alone[0].size(); ++h)
          CHECK(alone[0][h].tokens == found[i][h].tokens);
      }
    }
}

TEST_CASE("scores of lines do not depend on the lines beside them") {
  ops::set_threads(1);
  const std::vector<Ids> lines = {{3, 4, 5, 6, 7, 8}, {}, {9}, {4, 4, 4}, {10, 3}};
  std::vector<SentencePair> pairs;
  for (const Ids& line : lines) pairs.push_back({{}, line, 0});
  for (const LanguageVariant& variant : language_variants("causal")) {
    INFO(variant.name);
    const auto model = random_language_model(variant.options, 9);
    const auto together = score(*model, pairs, {.batch_size = 4});
    for (size_t i = 0; i < pairs.size(); ++i) {
      const ScoredPair alone = score(*model, std::span(&pairs[i], 1), {})[0];
      CHECK(together[i].log_probability == near(alone.log_probability, 1e-5));
      CHECK(together[i].tokens == std::ssize(lines[i]) + 1);
    }
  }
}

std::vector<NBestEntries> read_list(const TemporaryFolder& folder, std::string_view text) {
  NBestReader reader(folder.file("list", text));
  std::vector<NBestEntries> lists;
  for (NBestEntries entries; reader.next(entries);) lists.push_back(entries);
  return lists;
}

TEST_CASE("n-best lists are read as alinea, Moses and Marian write them") {
  const TemporaryFolder folder;
  const auto lists = read_list(folder,
                               "0 ||| a b ||| -1.5\n"
                               "0 ||| a|||c ||| F0= -1 F1= 2 ||| -2e0\n"
                               "3 |||  ||| -inf\n");
  REQUIRE(lists.size() == 2);
  CHECK(lists[0].id == 0);
  REQUIRE(lists[0].entries.size() == 2);
  CHECK(lists[0].entries[0].text == "a b");
  CHECK(lists[0].entries[0].features.empty());
  CHECK(lists[0].entries[0].score == -1.5);
  CHECK(lists[0].entries[1].text == "a|||c");
  CHECK(lists[0].entries[1].features == "F0= -1 F1= 2");
  CHECK(lists[0].entries[1].score == -2);
  CHECK(lists[1].id == 3);
  CHECK(lists[1].entries[0].text.empty());
  CHECK(std::isinf(lists[1].entries[0].score));
}

TEST_CASE("a list with something else in it is refused, with the line") {
  const TemporaryFolder folder;
  const std::string good = "0 ||| a ||| -1\n";
  for (const auto& [line, message] : std::vector<std::pair<std::string, std::string>>{
           {"1 ||| b", "line 2: expected 'id ||| text ||| score'"},
           {"1 ||| b ||| c ||| d ||| -1", "got 5 fields"},
           {"x ||| b ||| -1", "expected a whole number as the id, got \"x\""},
           {"-1 ||| b ||| -1", "expected a whole number as the id"},
           {"2000000 ||| b ||| -1", "expected an id of at most 1000000"},
           {"1 ||| b ||| good", "expected a number as the score, got \"good\""},
           {"1 ||| b ||| nan", "expected a number as the score"},
           {"", "got 1 field"}}) {
    INFO(line);
    CHECK_THROWS_WITH(read_list(folder, good + line + "\n"), Catch::Contains(message));
  }
  CHECK_THROWS_WITH(read_list(folder, "2 ||| a ||| -1\n1 ||| b ||| -1\n"),
                    Catch::Contains("line 2") && Catch::Contains("1 comes behind 2"));
}

// Says that a text is as improbable as it has letters.
class LetterJudge : public TextJudge {
 public:
  bool reads_source() const override { return true; }
  std::vector<Judgement> judge(std::span<const std::string> sources,
                               std::span<const std::string> texts,
                               int64_t /*batch_size*/) const override {
    std::vector<Judgement> judgements;
    for (size_t i = 0; i < texts.size(); ++i)
      judgements.push_back(
          {-static_cast<double>(texts[i].size() + sources[i].size()), /*tokens=*/7});
    return judgements;
  }
};

TEST_CASE("an entry's new score is the weighted sum, and the list is in its order") {
  std::vector<NBestEntries> lists = {{0, {{"a long one", "", -1}, {"short", "F= 1", -2}}},
                                     {1, {{"", "", -HUGE_VAL}}}};
  const std::vector<RescoredSource> sources = {{"xy"}, {"z"}};
  std::vector<std::unique_ptr<TextJudge>> judges;
  judges.push_back(std::make_unique<LetterJudge>());
  rescore(lists, sources, judges,
          {.weights = {0.5, 1}, .length_penalty = 1, .word_bonus = 0.25, .batch_size = 3});
  REQUIRE(lists[0].entries.size() == 2);
  CHECK(lists[0].entries[0].text == "short");  // lp = (5 + 7) / 6
  CHECK(lists[0].entries[0].score == Approx(0.5 * -2 - 7.0 / 2 + 0.25));
  CHECK(lists[0].entries[1].score == Approx(0.5 * -1 - 12.0 / 2 + 0.75));
  CHECK(lists[0].entries[0].features == "F= 1 Score0= -2.000000 Model1= -7.000000");
  CHECK(lists[1].entries[0].features.empty());
  CHECK(std::isinf(lists[1].entries[0].score));
}

}  // namespace
}  // namespace alinea
