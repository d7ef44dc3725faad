// Options of translate beyond the best translation.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>

#include "half_trained.h"

namespace alinea {
namespace {

size_t count_repeated(const Lines& lines, size_t n) {
  size_t repeated = 0;
  for (const std::string& line : lines) {
    const Lines words = split(line, " ");
    std::set<Lines> seen;
    for (size_t i = 0; i + n <= words.size(); ++i) {
      const auto begin = words.begin() + static_cast<std::ptrdiff_t>(i);
      if (!seen.emplace(begin, begin + static_cast<std::ptrdiff_t>(n)).second) ++repeated;
    }
  }
  return repeated;
}

size_t shortest(const Lines& lines) {
  size_t least = 1000;
  for (const std::string& line : lines)
    least = std::min(least, line.empty() ? 0 : split(line, " ").size());
  return least;
}

TEST_CASE("repetition is blocked or penalised, short translations are refused") {
  const Workspace work;
  make_half_trained(work, "model");
  const std::string input = work.read("valid.de");
  const Lines usual = translated(work, {}, input);
  CHECK(count_repeated(usual, 2) > 0);
  CHECK(shortest(usual) < 9);
  CHECK(count_repeated(translated(work, {{"no-repeat-ngram-size", "2"}}, input), 2) == 0);
  CHECK(count_repeated(translated(work, {{"repetition-penalty", "5"}}, input), 1) <
        count_repeated(usual, 1));
  CHECK(shortest(translated(work, {{"min-length", "9"}}, input)) == 9);
  for (const std::string& line :
       translated(work, {{"min-length", "4"}, {"max-target-length", "4"}}, input))
    CHECK(split(line, " ").size() == 4);
}

TEST_CASE("<unk> is kept out on request") {
  const Workspace work;
  make_half_trained(work, "model", {{"vocabulary-size", "12"}});
  const auto unknown = [](const Lines& lines) {
    return std::ranges::count_if(
        lines, [](const std::string& line) { return line.find("<unk>") != std::string::npos; });
  };
  CHECK(unknown(translated(work, {}, work.read("valid.de"))) > 0);
  CHECK(unknown(translated(work, {{"no-allow-unk", ""}}, work.read("valid.de"))) == 0);
}

TEST_CASE("models translate together") {
  const Workspace work;
  make_half_trained(work, "model");
  make_half_trained(work, "other",
                    {{"cell", "lstm"}, {"attention", "general"}, {"seed", "3"}, {"updates", "90"}});
  make_half_trained(work, "fewer", {{"vocabulary-size", "12"}, {"updates", "3"}});
  make_half_trained(work, "local", {{"attention-mode", "local-m"}, {"updates", "3"}});
  work.write("input", work.read("valid.de"));
  const auto run = [&](Given options, const std::string& more) {
    options.merge(Given{{"model", "model"}, {"threads", "1"}, {"beam-size", "3"}});
    return work.shell("", "translate", options, more + " <input");
  };
  const Outcome alone = run({}, "");
  const Outcome twice = run({}, "--model model");
  const Outcome both =
      run({{"n-best", ""}, {"length-penalty", "0"}}, "--model other --weights 2,1");
  CHECK(alone.status == 0);
  CHECK(twice.out == alone.out);
  CHECK(lines_of(both.out).size() == 60);
  const Outcome first = run({{"n-best", ""}, {"length-penalty", "0"}}, "");
  CHECK(both.out != first.out);
  // Nearly all of the weight on one model is that model.
  const Outcome nearly = run({}, "--model other --weights 1,1e-30");
  CHECK(nearly.out == alone.out);

  const Outcome means = run({{"alignments", "a.csv"}}, "--model other");
  CHECK(means.status == 0);
  double sum = 0;
  for (const std::string& line : lines_of(work.read("a.csv")))
    if (line.starts_with("0,0,")) sum += std::stod(line.substr(line.rfind(',') + 1));
  CHECK(sum == Approx(1).margin(1e-5));

  check_refused(run({}, "--model fewer"), 1,
                {"model and fewer", "vocabularies", "target-vocabulary"});
  check_refused(run({}, "--model other --weights 1"), 2, {"weight", "2", "1"});
  check_refused(run({}, "--model other --weights 1,0"), 2, {"weight", "above 0"});
  check_refused(run({{"alignments", "b.csv"}}, "--model local"), 1, {"local-m", "global"});
  CHECK(run({}, "--model local").status == 0);
}

double sum_of(const std::string& numbers) {
  double sum = 0;
  for (const std::string& number : split(numbers, " ")) sum += std::stod(number);
  return sum;
}

TEST_CASE("word scores add up to the log-probability") {
  const Workspace work;
  make_half_trained(work, "model");
  const std::string input = work.read("valid.de") + "\n";
  const Given options = {{"word-scores", ""}, {"length-penalty", "0"}};
  const Lines texts = translated(work, {{"length-penalty", "0"}}, input);
  const Lines scored = translated(work, options, input);
  Given listing = options;
  listing["n-best"] = "";
  const Lines listed = translated(work, listing, input);
  REQUIRE(scored.size() == texts.size());
  REQUIRE(listed.size() == 20 * 5 + 1);
  for (size_t i = 0; i < 20; ++i) {
    INFO(scored[i]);
    const Lines fields = split(scored[i], " ||| WordScores= ");
    REQUIRE(fields.size() == 2);
    CHECK(fields[0] == texts[i]);
    CHECK(split(fields[1], " ").size() >= split(fields[0], " ").size());
    for (size_t k = 0; k < 5; ++k) {
      const Lines row = split(listed[5 * i + k], " ||| ");
      REQUIRE(row.size() == 4);
      REQUIRE(row[2].starts_with("WordScores= "));
      if (k == 0) CHECK(row[1] == texts[i]);
      if (k == 0) CHECK(sum_of(row[2].substr(12)) == Approx(sum_of(fields[1])).margin(1e-4));
      CHECK(sum_of(row[2].substr(12)) == Approx(std::stod(row[3])).margin(1e-4));
    }
  }
  CHECK(scored.back() == " ||| WordScores=");
  CHECK(listed.back() == "20 |||  ||| WordScores= ||| 0.000000");
}

// The coverage of a hypothesis by the alignments of all of them, tidy.
std::map<std::string, double> coverages(const std::string& tidy) {
  std::map<std::string, std::map<std::string, double>> sums;
  const Lines rows = lines_of(tidy);
  for (size_t i = 1; i < rows.size(); ++i) {
    const Lines fields = split(rows[i].substr(0, rows[i].find('\r')), ",");
    sums[fields[0]][fields[3]] += std::stod(fields[5]);
  }
  std::map<std::string, double> result;
  for (const auto& [sentence, positions] : sums)
    for (const auto& [position, sum] : positions)
      result[sentence] += std::log(std::clamp(sum, 1e-6, 1.0));
  return result;
}

TEST_CASE("the coverage penalty is the one of the alignments") {
  const Workspace work;
  make_half_trained(work, "model");
  const Given options = {{"n-best", ""},     {"word-scores", ""},         {"length-penalty", "0"},
                         {"beam-size", "3"}, {"coverage-penalty", "0.3"}, {"alignments", "a.csv"}};
  const Lines listed = translated(work, options, work.read("valid.de"));
  const std::map<std::string, double> coverage = coverages(work.read("a.csv"));
  REQUIRE(coverage.size() == listed.size());
  size_t missed = 0;
  for (size_t i = 0; i < listed.size(); ++i) {
    const Lines row = split(listed[i], " ||| ");
    const double expected = sum_of(row[2].substr(12)) + 0.3 * coverage.at(std::to_string(i));
    CHECK(std::stod(row[3]) == Approx(expected).margin(1e-4));
    missed += coverage.at(std::to_string(i)) < -0.01 ? 1 : 0;
  }
  CHECK(missed > 20);
  make_half_trained(work, "blind", {{"attention", "none"}, {"updates", "3"}});
  check_refused(work.run("translate", {{"model", "blind"}, {"coverage-penalty", "0.3"}}, "eins\n"),
                1, {"blind", "no attention", "coverage penalty"});
}

TEST_CASE("the same seed draws the same translations whatever the batches") {
  const Workspace work;
  make_half_trained(work, "model");
  const std::string input = work.read("valid.de") + "\n" + work.read("valid.de");
  const auto drawn = [&](Given options) {
    options["sampling"] = "";
    return translated(work, options, input);
  };
  const Lines lines = drawn({{"seed", "4"}});
  REQUIRE(lines.size() == 41);
  CHECK(drawn({{"seed", "4"}}) == lines);
  CHECK(drawn({{"seed", "4"}, {"batch-size", "1"}}) == lines);
  CHECK(drawn({{"seed", "4"}, {"batch-size", "3"}}) == lines);
  CHECK(drawn({{"seed", "5"}}) != lines);
  // The same line is drawn independently when it occurs again.
  CHECK_FALSE(std::equal(lines.begin(), lines.begin() + 20, lines.begin() + 21));

  // Among several samples are the first ones.
  const Lines listed = drawn({{"seed", "4"}, {"n-best", ""}, {"beam-size", "3"}});
  REQUIRE(listed.size() == 40 * 3 + 1);
  for (size_t i = 0; i < 20; ++i) {
    size_t same = 0;
    for (size_t k = 0; k < 3; ++k) same += split(listed[3 * i + k], " ||| ")[1] == lines[i] ? 1 : 0;
    CHECK(same > 0);
  }

  const Lines greedy = translated(work, {{"beam-size", "1"}}, input);
  CHECK(lines != greedy);
  CHECK(drawn({{"temperature", "0.0001"}}) == greedy);
  CHECK(drawn({{"top-k", "1"}}) == greedy);
  CHECK(drawn({{"top-p", "0.0001"}}) == greedy);
}

TEST_CASE("options of decoding that do not go together are refused") {
  const Workspace work;
  const auto refused = [&](Given options, const Lines& words) {
    options["model"] = "model";
    check_refused(work.run("translate", options), 2, words);
  };
  refused({{"temperature", "2"}}, {"--temperature", "--sampling"});
  refused({{"seed", "2"}}, {"--seed", "--sampling"});
  refused({{"sampling", ""}, {"top-p", "0"}}, {"--top-p", "above 0"});
  refused({{"sampling", ""}, {"temperature", "0"}}, {"--temperature", "above 0"});
  refused({{"sampling", ""}, {"constraints", "file"}}, {"--constraints", "--sampling"});
  refused({{"sampling", ""}, {"beam-size", "4"}}, {"--beam-size", "--n-best"});
  refused({{"dictionary", "file"}}, {"--dictionary", "--replace-unknown"});
  refused({{"repetition-penalty", "0.5"}}, {"--repetition-penalty", "at least 1"});
  refused({{"min-length", "-1"}}, {"--min-length"});
  refused({{"weights", "2,x"}}, {"--weights", "2,x"});
  refused({{"weights", "2,1,"}}, {"--weights", "2,1,"});
  refused({{"extractive-weights", "2,1,1"}}, {"--extractive-weights", "four", "2,1,1"});
  refused({{"extractive-weights", "2,1,-1,0"}}, {"--extractive-weights", "from 0"});
  refused({{"extractive-weights", "2,x,1,1"}}, {"--extractive-weights", "2,x,1,1"});
}

TEST_CASE("a shortlist bounds the words of a translation") {
  const Workspace work;
  make_half_trained(work, "model");
  const std::string input = work.read("valid.de");
  const Given plain = {{"model", "model"}, {"beam-size", "2"}};
  const auto with = [&](const Given& more) {
    Given options = more;
    options.merge(Given(plain));
    return work.run("translate", options, input);
  };
  work.write("lexicon", "twenty zwanzig 0.9\ntwenty unheard 0.9\n");
  const Outcome all = with({{"shortlist", "lexicon"}, {"shortlist-first", "1000"}});
  CHECK(all.out == work.run("translate", plain, input).out);
  const Outcome few =
      with({{"shortlist", "lexicon"}, {"shortlist-first", "1"}, {"shortlist-best", "1"}});
  REQUIRE(few.status == 0);
  CHECK(lines_of(few.out).size() == lines_of(input).size());
  CHECK_THAT(few.out, Catch::Contains("twenty"));
  for (const std::string& line : lines_of(few.out))
    for (const std::string& word : split(line, " "))
      CHECK((word.empty() || word == "twenty" || word == "<unk>"));

  check_refused(with({{"shortlist-best", "5"}}), 2, {"--shortlist-best", "--shortlist"});
  work.write("lexicon", "twenty zwanzig 0.9\nthirty\n");
  check_refused(with({{"shortlist", "lexicon"}}), 1, {"lexicon", "line 2", "probability"});
  check_refused(with({{"shortlist", "nowhere"}}), 1, {"nowhere"});
  work.write("lexicon", "zwanzig twenty 0.9\n");
  check_refused(with({{"shortlist", "lexicon"}}), 1, {"lexicon", "vocabularies", "direction"});
}

}  // namespace
}  // namespace alinea
