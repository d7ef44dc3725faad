// Translations that are given to the library: what `alinea score` and `alinea align` say of them.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <numeric>

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
  const Scored tiny({{"architecture", "transformer"},
                     {"hidden-size", "12"},
                     {"embedding-size", "12"},
                     {"heads", "2"}});
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
