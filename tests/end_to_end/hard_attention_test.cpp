// Hard attention as a user meets it.
#include <catch2/catch.hpp>
#include <set>

#include "half_trained.h"

namespace alinea {
namespace {

const Given kChoices[] = {{},
                          {{"hard-attention", "expected"}},
                          {{"hard-attention", "sampled"}},
                          {{"hard-attention", "sampled"}, {"hard-attention-seed", "2"}}};

Given with(Given options, const Given& more) {
  options.insert(more.begin(), more.end());
  return options;
}

TEST_CASE("every choice of hard attention translates and scores, by seed, and the two agree") {
  const Workspace work;
  work.make_model("model", {{"attention-choice", "hard"},
                            {"attention", "general"},
                            {"doubly-stochastic", "0.1"},
                            {"context-gate", ""},
                            {"updates", "60"}});
  std::set<std::string> scores;
  for (const Given& choice : kChoices) {
    const Given translate = with(
        {{"model", "model"}, {"n-best", ""}, {"length-penalty", "0"}, {"beam-size", "3"}}, choice);
    const std::string input = work.read("valid.de");
    const Outcome first = work.run("translate", translate, input);
    INFO(first.err);
    CHECK(first.status == 0);
    CHECK(work.run("translate", translate, input).out == first.out);
    Given alone = translate;
    alone["batch-size"] = "1";
    CHECK(lines_of(work.run("translate", alone, input).out).size() == lines_of(first.out).size());

    std::string sources, targets;
    std::vector<double> found;
    for (const std::string& line : lines_of(first.out)) {
      const std::vector<std::string> fields = split(line, " ||| ");
      sources += lines_of(input)[static_cast<size_t>(std::stoi(fields[0]))] + "\n";
      targets += fields[1] + "\n";
      found.push_back(std::stod(fields[2]));
    }
    work.write("sources", sources);
    work.write("targets", targets);
    const Outcome scored = work.run(
        "score", with({{"model", "model"}, {"source", "sources"}, {"target", "targets"}}, choice));
    INFO(scored.err);
    CHECK(scored.status == 0);
    scores.insert(scored.out);
    size_t agreeing = 0;
    for (size_t i = 0; i < found.size(); ++i)
      agreeing += std::abs(std::stod(lines_of(scored.out)[i]) - found[i]) < 2e-3 ? 1U : 0U;
    CHECK(agreeing >= found.size() * 9 / 10);  // some were cut before their </s>
  }
  CHECK(scores.size() == 4);
  const Outcome aligned = work.run("align", {{"model", "model"},
                                             {"source", "valid.de"},
                                             {"target", "valid.en"},
                                             {"output", "-"},
                                             {"hard-attention", "expected"}});
  CHECK(aligned.status == 0);
}

TEST_CASE("soft attention leaves nothing to choose") {
  const Workspace work;
  work.make_model("model", {{"updates", "2"}});
  check_refused(
      work.run("translate", {{"model", "model"}, {"hard-attention", "sampled"}}, "eins\n"), 2,
      {"sampled", "attention-choice soft"});
  check_refused(work.run("score", {{"model", "model"},
                                   {"source", "valid.de"},
                                   {"target", "valid.en"},
                                   {"hard-attention", "expected"}}),
                2, {"expected", "attention-choice soft"});
  check_refused(work.run("translate", {{"model", "model"}, {"hard-attention-seed", "3"}}, ""), 2,
                {"--hard-attention-seed", "--hard-attention sampled"});
}

}  // namespace
}  // namespace alinea
