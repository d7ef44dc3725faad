// The library as other programs use it, beside the program itself.
#include "alinea/translate.h"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <numeric>
#include <stdexcept>
#include <thread>

#include "end_to_end/spoiled.h"
#include "end_to_end/workspace.h"
#include "server/small_models.h"

namespace alinea {
namespace {

// Among them an empty line and one whose words are unknown.
const std::vector<std::string> kGermanLines = {"zwei", "", "fünf und zwanzig", "weder noch",
                                               "ein hundert sieben"};

// The folder of a model that was trained for a moment.
std::string trained(const Workspace& workspace, const std::string& cell) {
  workspace.make_model("m", {{"cell", cell}, {"updates", "80"}, {"learning-rate", "0.01"}});
  return workspace.path("m");
}

struct TinyTranslator {
  explicit TinyTranslator(const TranslationOptions& options = {}, const std::string& cell = "gru")
      : translator(trained(workspace, cell), options) {}

  // What the program prints for the lines.
  std::vector<std::string> program(const Given& options) const {
    std::string input;
    for (const std::string& line : kGermanLines) input += line + "\n";
    Given given = options;
    given["model"] = "m";
    return lines_of(workspace.run("translate", given, input).out);
  }

  Workspace workspace;
  Translator translator;
};

TEST_CASE("the library translates as the program does, line by line or all at once") {
  const TinyTranslator tiny;
  const std::vector<std::string> texts = tiny.translator.translate_all(kGermanLines);
  CHECK(texts == tiny.program({}));
  CHECK(texts[1].empty());
  CHECK_FALSE(texts[2].empty());
  for (size_t i = 0; i < texts.size(); ++i)
    CHECK(tiny.translator.translate(kGermanLines[i]) == texts[i]);
  CHECK(tiny.translator.translate_all({}).empty());
}

TEST_CASE("the library's n best are the program's, with their attention") {
  const TinyTranslator tiny({.beam_size = 3, .length_penalty = 0.5}, "lstm");
  std::vector<std::string> printed;
  const auto n_best = tiny.translator.n_best(kGermanLines, 3);
  REQUIRE(n_best.size() == kGermanLines.size());
  for (size_t i = 0; i < n_best.size(); ++i) {
    for (const Translation& best : n_best[i]) {
      printed.push_back(fmt::format("{} ||| {} ||| {:.6f}", i, best.text, best.score));
      const size_t columns = best.source_tokens.size();
      REQUIRE(best.attention.size() == best.target_tokens.size() * columns);
      for (size_t row = 0; row < best.target_tokens.size(); ++row) {
        const auto begin = best.attention.begin() + static_cast<std::ptrdiff_t>(row * columns);
        CHECK(std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(columns), 0.0) ==
              Approx(1).epsilon(1e-5));
      }
    }
  }
  CHECK(printed == tiny.program({{"n-best", ""}, {"beam-size", "3"}, {"length-penalty", "0.5"}}));
  CHECK(n_best[2][0].source_tokens == split("fünf und zwanzig </s>", " "));
  const Translation& best = n_best[2][0];
  const double length = static_cast<double>(best.target_tokens.size());
  CHECK(best.log_probability < 0);
  CHECK(best.score == Approx(best.log_probability / std::pow((5 + length) / 6, 0.5)));
}

TEST_CASE("the library cuts long lines, and refuses what is not a line of text") {
  const TinyTranslator tiny({.max_length = 2});
  const std::vector<std::string> lines = {"zwei drei vier"};
  CHECK(tiny.translator.n_best(lines, 1)[0][0].source_tokens == split("zwei drei </s>", " "));
  CHECK(tiny.translator.translate("zwei drei vier") == tiny.translator.translate("zwei drei"));
  CHECK_THROWS_WITH(tiny.translator.translate("\xff"), Catch::Contains("UTF-8"));
  CHECK_THROWS_AS(tiny.translator.translate("zwei\ndrei"), std::runtime_error);
  CHECK_THROWS_AS(tiny.translator.n_best(lines, 0), std::invalid_argument);
  CHECK_THROWS_AS(tiny.translator.n_best(lines, 6), std::invalid_argument);
  const std::string folder = tiny.workspace.path("m");
  CHECK_THROWS_AS(Translator(folder, {.beam_size = 0}), std::invalid_argument);
  CHECK_THROWS_AS(Translator(folder, {.max_length = 0}), std::invalid_argument);
  CHECK_THROWS_AS(Translator(folder, {.batch_size = 0}), std::invalid_argument);
  CHECK_THROWS_AS(Translator(tiny.workspace.path("missing")), std::runtime_error);
}

TEST_CASE("the library answers the other lines where one has no translation") {
  const Workspace workspace;
  workspace.make_model("m", {{"readout", "maxout"}, {"updates", "80"}, {"learning-rate", "0.01"}});
  const std::vector<std::string> lines = {"zwei", "sieben hundert sieben", "", "zehn"};
  const std::vector<std::string> usual = Translator(workspace.path("m")).translate_all(lines);
  // A word that the translation of one line is made of.
  const std::string word = split(usual[1], " ").at(0);
  const auto words = lines_of(workspace.read("m/target.vocabulary.txt"));
  spoil(workspace, "m/best.safetensors", "decoder.embedding.weight",
        static_cast<size_t>(std::ranges::find(words, word) - words.begin()));
  const Translator translator(workspace.path("m"), {.beam_size = 1});
  const auto n_best = translator.n_best(lines, 1);
  const std::vector<std::string> texts = translator.translate_all(lines);
  REQUIRE(n_best.size() == 4);
  CHECK(n_best[1].empty());
  CHECK(texts[1].empty());
  REQUIRE(n_best[2].size() == 1);  // of an empty line
  CHECK(n_best[2][0].text.empty());
  size_t answered = 0;
  for (const size_t i : {0, 3}) {
    answered += n_best[i].size();
    CHECK(texts[i].empty() == n_best[i].empty());
    if (!n_best[i].empty())
      CHECK(texts[i] == Translator(workspace.path("m"), {.beam_size = 1}).translate(lines[i]));
  }
  CHECK(answered > 0);
}

TEST_CASE("several threads may use one translator of the library") {
  const TinyTranslator tiny;
  const std::vector<std::string> expected = tiny.translator.translate_all(kGermanLines);
  std::vector<std::vector<std::string>> texts(3);
  std::vector<std::thread> threads;
  threads.reserve(texts.size());
  for (std::vector<std::string>& own : texts)
    threads.emplace_back([&] { own = tiny.translator.translate_all(kGermanLines); });
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<std::string>& own : texts) CHECK(own == expected);
}

// Of this process, in bytes.
int64_t memory_now() {
  std::ifstream file("/proc/self/statm");
  int64_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * 4096;
}

// A model that copies remembers the words of a call, but not those of all calls before.
TEST_CASE("a translator that is used for ever takes no more memory") {
  const Workspace workspace;
  save_small_copying_translator(workspace.path("m"));
  const Translator translator(workspace.path("m"));
  constexpr int64_t kWords = 1000, kLetters = 1000, kCalls = 64;
  const auto call = [&](int64_t number) {
    std::string text;
    for (int64_t word = 0; word < kWords; ++word)
      text += fmt::format("{}-{}{} ", number, word, std::string(kLetters, 'x'));
    const std::vector<std::string> lines = {text};
    CHECK(translator.encode(lines, {.max_length = 1})[0].tokens.size() == 2);
    const std::vector<Translator::Pair> pairs = {{"a", text.substr(0, 3 * kLetters)}};
    CHECK(translator.score(pairs)[0].fault.empty());
    CHECK(translator.translate_all({}).empty());
  };
  call(0);
  const int64_t before = memory_now();
  for (int64_t number = 1; number <= kCalls; ++number) call(number);
  CHECK(memory_now() - before < kCalls * kWords * kLetters / 2);
}

}  // namespace
}  // namespace alinea
