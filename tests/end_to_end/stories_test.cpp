// train-reader --stories, answer and evaluate as a user meets them.
#include <catch2/catch.hpp>

#include "small_data.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;

const std::vector<std::string> kRooms = rooms_of_stories();

class StoryWorkspace : public Workspace {
 public:
  StoryWorkspace() { write("stories.txt", stories_text(96)); }

  Outcome train(const Given& options = {}) const {
    Given all = options;
    all.merge(Given{{"train", "stories.txt"},
                    {"stories", ""},
                    {"model", "model"},
                    {"embedding-size", "8"},
                    {"batch-size", "8"},
                    {"updates", "6"},
                    {"threads", "1"}});
    return run("train-reader", all);
  }
  void make(const Given& options = {}) const {
    const Outcome outcome = train(options);
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
  }
  Outcome answer(const Given& options, const std::string& text) const {
    Given all = options;
    all.merge(Given{{"model", "model"}});
    return run("answer", all, text);
  }
};

const Given kUniversal = {{"encoder", "transformer"},
                          {"universal", ""},
                          {"layers", "3"},
                          {"heads", "2"},
                          {"halting", ""},
                          {"feed-forward-size", "8"},
                          {"dropout", "0"},
                          {"embedding-dropout", "0"}};

const std::string kAskedStories = "1 Mary went to the hall.\n2 Where is Mary?\n1 Who is here?\t\n";

TEST_CASE("readers of stories of every kind answer out of those of the training") {
  const auto options =
      GENERATE(Given{{"hidden-size", "6"}}, Given{{"cell", "lstm"}, {"intra-attention", ""}},
               Given{{"encoder", "bag"}}, Given{{"encoder", "convolutional"}, {"channels", "8"}},
               kUniversal);
  const StoryWorkspace work;
  work.make(options);
  const Outcome outcome = work.answer({}, kAskedStories);
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  const std::vector<std::string> lines = lines_of(outcome.out);
  REQUIRE(lines.size() == 2);
  const std::vector<std::string> first = split(lines[0], "\t");
  REQUIRE(first.size() == 5);
  CHECK(std::ranges::count(kRooms, first[0]) == 1);
  CHECK_THAT(first[1], Catch::StartsWith(first[0] + "=0."));
  CHECK(split(lines_of(work.answer({{"choices", "2"}}, kAskedStories).out)[0], "\t").size() == 3);
}

TEST_CASE("a universal transformer learns where people are, and what it looks at is counted") {
  const StoryWorkspace work;
  Given options = kUniversal;
  options.merge(Given{{"embedding-size", "24"},
                      {"updates", "500"},
                      {"learning-rate", "0.005"},
                      {"valid", "stories.txt"}});
  work.make(options);
  const Outcome labelled = work.run("answer", {{"model", "model"},
                                               {"labelled", ""},
                                               {"input", "stories.txt"},
                                               {"attention", "weights.csv"},
                                               {"highlight", "page.html"}});
  INFO(labelled.err);
  CHECK_THAT(labelled.err, Contains("96 questions  accuracy 1.0000"));
  const std::vector<std::string> table = lines_of(work.read("weights.csv"));
  CHECK(table[0] == "question,layer,head,line,sentence,weight,steps\r");
  REQUIRE(table.size() == 1 + 96 * 3 * 2 * 3);
  CHECK_THAT(table[1], Catch::StartsWith("0,0,0,1,Mary went to the hall.,"));
  CHECK_THAT(work.read("page.html"),
             Contains("Where is Mary?") && Contains("data-weight") &&
                 Contains("Each question stands above the facts of its story") &&
                 Contains(", supports the answer\">") && !Contains("β"));
  const Outcome evaluated =
      work.run("evaluate", {{"attention", "weights.csv"}, {"stories", "stories.txt"}});
  INFO(evaluated.err);
  CHECK(evaluated.status == 0);
  CHECK_THAT(evaluated.out, Contains("uniform 0.3333") && Contains("96 questions") &&
                                Contains("layer 2 head 1: "));
  check_refused(work.run("evaluate", {{"attention", "weights.csv"}}), 2, {"--stories"});
  work.write("other.txt", "1 a\n2 b\n3 Who?\tc\t1\n");
  check_refused(work.run("evaluate", {{"attention", "weights.csv"}, {"stories", "other.txt"}}), 1,
                {"weights.csv", "line 2", "same stories"});
}

TEST_CASE("bad stories are refused in training and passed over in answering") {
  const StoryWorkspace work;
  work.write("bad.txt", stories_text(9) + "no number\n");
  check_refused(work.train({{"train", "bad.txt"}}), 1, {"bad.txt", "line 28", "'no'"});
  work.make();
  const Outcome outcome =
      work.answer({}, "1 Mary went to the hall.\nWhere is Mary?\n2 Where is Mary?\n2 x\n");
  CHECK(outcome.status == 1);
  CHECK_THAT(outcome.err,
             Contains("line 2: no answer: expected") && Contains("line 4: no answer: expected") &&
                 Contains("2 lines have no answer, the first is line 2; the output has empty lines "
                          "in the place of 1 of them"));
  const std::vector<std::string> lines = lines_of(outcome.out);
  REQUIRE(lines.size() == 2);  // that of line 4 is no question
  CHECK(lines[0].empty());
  CHECK_FALSE(lines[1].empty());
  const Outcome garbage = work.answer({}, "1 a\n\xff\xfe?\n2 Where is Mary?\n");
  CHECK(garbage.status == 1);
  CHECK_THAT(garbage.err, Contains("line 2") && Contains("UTF-8"));
  CHECK_FALSE(lines_of(garbage.out).back().empty());
}

TEST_CASE("options of readers of documents and of stories are told apart") {
  const StoryWorkspace work;
  check_refused(work.train({{"book", "stories.txt"}}), 2, {"--book", "--stories"});
  check_refused(work.train({{"reader", "sum"}}), 2, {"--reader", "--stories"});
  check_refused(
      work.run("train-reader",
               {{"train", "stories.txt"}, {"model", "model"}, {"sentence-positions", "3"}}),
      2, {"--sentence-positions", "--stories"});
  work.make();
  check_refused(work.answer({{"query-weights", "b.csv"}}, kAskedStories), 2,
                {"--query-weights", "stories"});
  check_refused(work.answer({{"attention", "a.csv"}}, kAskedStories), 1, {"--intra-attention"});
}

TEST_CASE("a training on stories that goes on ends with the bits of one that never stopped") {
  const StoryWorkspace work;
  for (const auto& [model, updates] :
       {std::pair{"model", "5"}, std::pair{"model", "11"}, std::pair{"straight", "11"}}) {
    Given options = kUniversal;
    options.merge(Given{{"updates", updates}, {"model", model}});
    work.make(options);
  }
  CHECK(work.read("model/last.safetensors") == work.read("straight/last.safetensors"));
}

TEST_CASE("readers of stories are inspected, averaged and started from") {
  const StoryWorkspace work;
  work.make({{"max-facts", "1"}});
  CHECK_THAT(work.run("inspect", {{"model", "model"}}).out, Contains("reader of stories"));
  const Outcome outcome = work.train({{"model", "second"}, {"pretrained-model", "model"}});
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(work.read("second/vocabulary.txt") == work.read("model/vocabulary.txt"));
  CHECK_THAT(work.read("second/config.json"), Contains("\"max_facts\": 1"));
  check_refused(work.run("classify", {{"model", "model"}}, "a\n"), 1, {"alinea answer"});
  const Outcome again = work.train({{"model", "second"}, {"overwrite", ""}});
  INFO(again.err);
  CHECK(again.status == 0);
}

}  // namespace
}  // namespace alinea
