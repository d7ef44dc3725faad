// Translations that are given to the library: what `alinea score` and `alinea align` say of them.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "alinea/translate.h"
#include "end_to_end/workspace.h"

namespace alinea {
namespace {

using Lines = std::vector<std::string>;

const std::vector<Translator::Pair> kPairs = {
    {"fünf und zwanzig", "twenty five"}, {"", "two"}, {"zwei", ""}, {"sieben", "seven seven"}};

std::string side(bool target) {
  std::string text;
  for (const auto& [source, given] : kPairs) text += (target ? given : source) + "\n";
  return text;
}

struct Scored {
  explicit Scored(const Given& options = {}) {
    Given given = options;
    given.merge(Given{{"updates", "40"}});
    work.make_model("m", given);
    work.write("source", side(false));
    work.write("target", side(true));
  }
  Outcome run(const std::string& command, Given options) const {
    options.merge(Given{{"model", "m"}, {"source", "source"}, {"target", "target"}});
    return work.run(command, options);
  }
  Workspace work;
};

TEST_CASE("the library scores pairs as the program does") {
  const Scored tiny;
  Lines printed;
  for (const ScoredTranslation& pair : Translator(tiny.work.path("m")).score(kPairs)) {
    CHECK(pair.fault.empty());
    CHECK(pair.attention.empty());
    CHECK(pair.token_log_probabilities.size() == pair.target_tokens.size());
    printed.push_back(fmt::format("{:.6f}\t{}", pair.log_probability, pair.target_tokens.size()));
  }
  CHECK(printed == lines_of(tiny.run("score", {}).out));
}

TEST_CASE("the library's attention of given pairs is what the program writes") {
  const Scored tiny({{"architecture", "transformer"}, {"embedding-size", "12"}, {"heads", "2"}});
  const Translator translator(tiny.work.path("m"));
  for (const char* of : {"cross", "encoder", "decoder"}) {
    CAPTURE(of);
    const auto scored = translator.score(kPairs, {.keep_attention = true, .attention_of = of});
    REQUIRE(tiny.run("align", {{"attention-of", of}, {"output", "matrices"}, {"format", "matrix"}})
                .status == 0);
    for (size_t i = 0; i < scored.size(); ++i) {
      const ScoredTranslation& pair = scored[i];
      const size_t columns = pair.columns.size();
      REQUIRE(pair.attention.size() == pair.rows.size() * columns);
      REQUIRE(pair.heads.values.size() ==
              static_cast<size_t>(pair.heads.heads) * pair.attention.size());
      CHECK(pair.heads.heads % pair.heads.layers == 0);
      CHECK(pair.heads.heads >= 2);
      const Lines lines = split(tiny.work.read(fmt::format("matrices/{:06}.csv", i)), "\r\n");
      REQUIRE(lines.size() >= pair.rows.size() + 1);
      for (size_t t = 0; t < pair.rows.size(); ++t) {
        const Lines cells = split(lines[t + 1], ",");
        REQUIRE(cells.size() >= columns + 1);
        for (size_t s = 0; s < columns; ++s) {
          const double weight = static_cast<double>(pair.attention[t * columns + s]);
          CHECK(std::stod(cells[s + 1]) == Approx(weight).margin(1e-5));
          double mean = 0;
          for (size_t h = 0; h < static_cast<size_t>(pair.heads.heads); ++h)
            mean += static_cast<double>(
                pair.heads.values[(t * static_cast<size_t>(pair.heads.heads) + h) * columns + s]);
          CHECK(mean / static_cast<double>(pair.heads.heads) == Approx(weight).margin(1e-5));
        }
      }
    }
  }
}

TEST_CASE("the library's links are the program's") {
  const Scored tiny;
  Lines printed;
  const auto scored = Translator(tiny.work.path("m")).score(kPairs, {.keep_attention = true});
  for (const ScoredTranslation& pair : scored) {
    std::string line;
    for (const auto& [source, target] : pair.links)
      line += fmt::format("{}{}-{}", line.empty() ? "" : " ", source, target);
    printed.push_back(line);
  }
  tiny.run("align", {{"output", "links"}, {"format", "pharaoh"}});
  CHECK(printed == lines_of(tiny.work.read("links")));
}

// Of each row, the softmax of `energies`.
std::vector<double> softmax_rows(const AttentionTensor& energies) {
  std::vector<double> weights;
  const auto width = static_cast<size_t>(energies.sources);
  for (size_t begin = 0; begin < energies.values.size(); begin += width) {
    double sum = 0;
    for (size_t s = 0; s < width; ++s) {
      weights.push_back(std::exp(static_cast<double>(energies.values[begin + s])));
      sum += weights.back();
    }
    for (size_t s = 0; s < width; ++s) weights[begin + s] /= sum;
  }
  return weights;
}

TEST_CASE("attention is the softmax of the energies that are kept") {
  const Scored tiny;
  const Translator translator(tiny.work.path("m"));
  const auto check = [](const AttentionTensor& energies, const std::vector<float>& attention) {
    CHECK(energies.heads == 1);
    const std::vector<double> expected = softmax_rows(energies);
    REQUIRE(expected.size() == attention.size());
    for (size_t i = 0; i < expected.size(); ++i)
      CHECK(expected[i] == Approx(attention[i]).margin(1e-6));
  };
  for (const ScoredTranslation& pair :
       translator.score(kPairs, {.keep_attention = true, .keep_energies = true}))
    check(pair.energies, pair.attention);
  TranslationOptions keeping;
  keeping.keep_attention = keeping.keep_energies = true;
  const std::vector<TranslationRequest> requests = {{"sieben"}, {"zwei"}};
  for (const TranslationAnswer& answer : translator.answer(requests, keeping))
    check(answer.translations.at(0).energies, answer.translations[0].attention);
  CHECK(Translator(tiny.work.path("m"), keeping).translate("sieben") ==
        translator.translate("sieben"));
  keeping.keep_attention = false;
  CHECK_THROWS_AS(translator.answer(requests, keeping), std::invalid_argument);
  CHECK_THROWS_AS(translator.score(kPairs, {.keep_energies = true}), std::invalid_argument);
}

TEST_CASE("the library's states of sources depend on nothing beside them") {
  const Scored tiny;
  const Translator translator(tiny.work.path("m"));
  const Lines lines = {"fünf und zwanzig", "\xff", "", "sieben"};
  const auto together = translator.encode(lines);
  REQUIRE(together.size() == lines.size());
  CHECK_THAT(together[1].fault, Catch::Contains("UTF-8"));
  CHECK(together[0].tokens == Lines{"fünf", "und", "zwanzig", "</s>"});
  CHECK(together[2].tokens == Lines{"</s>"});
  for (const size_t i : {0, 2, 3}) {
    const EncodedText& text = together[i];
    CHECK(text.columns > 0);
    REQUIRE(text.states.size() == text.tokens.size() * static_cast<size_t>(text.columns));
    const auto alone = translator.encode(std::span(lines).subspan(i, 1), {.batch_size = 1});
    REQUIRE(alone[0].states.size() == text.states.size());
    for (size_t k = 0; k < text.states.size(); ++k)
      CHECK(alone[0].states[k] == Approx(text.states[k]).margin(1e-5));
  }
  CHECK(together[0].states[0] != together[3].states[0]);
  const auto cut = translator.encode(lines, {.max_length = 1});
  CHECK(cut[0].tokens.size() == 2);
}

TEST_CASE("a pair that is no text has a fault, and the others have their scores") {
  const Scored tiny;
  const Translator translator(tiny.work.path("m"));
  std::vector<Translator::Pair> pairs = kPairs;
  pairs[1] = {"zwei", "\xff"};
  pairs[2] = {"zwei\nzwei", "two"};
  const auto scored = translator.score(pairs), usual = translator.score(kPairs);
  CHECK_THAT(scored[1].fault, Catch::Contains("target"));
  CHECK_THAT(scored[2].fault, Catch::Contains("source"));
  for (const size_t i : {0, 3})
    CHECK(scored[i].token_log_probabilities == usual[i].token_log_probabilities);
}

}  // namespace
}  // namespace alinea
