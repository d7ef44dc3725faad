// train-reader and answer as a user meets them.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "small_data.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;

class ReaderWorkspace : public Workspace {
 public:
  ReaderWorkspace() { write("questions.tsv", questions_text(60)); }

  Outcome train_reader(const Given& options = {}) const {
    Given all = options;
    all.merge(Given{{"train", "questions.tsv"},
                    {"model", "model"},
                    {"embedding-size", "8"},
                    {"batch-size", "8"},
                    {"updates", "6"},
                    {"threads", "1"}});
    if (!all.contains("encoder")) all.emplace("hidden-size", "6");
    return run("train-reader", all);
  }
  void make_reader(const Given& options = {}) const {
    const Outcome outcome = train_reader(options);
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
  }
  // One that learns until it is right.
  void make_good_reader(Given options = {}) const {
    options.merge(Given{{"updates", "150"},
                        {"learning-rate", "0.01"},
                        {"dropout", "0"},
                        {"valid-share", "0.2"},
                        {"hidden-size", "16"}});
    make_reader(options);
  }
};

const std::string kAsked =
    "Ann sleeps but Bob runs .\tXXXXX has no work .\tBob|Ann\n"
    "Zoe sleeps\tXXXXX has\n";

TEST_CASE("readers of every kind answer with words of the document") {
  const auto options = GENERATE(
      Given{}, Given{{"reader", "sum"}}, Given{{"cell", "lstm"}, {"layers", "2"}},
      Given{{"encoder", "transformer"}}, Given{{"encoder", "window"}, {"hidden-size", "6"}});
  const ReaderWorkspace work;
  work.make_reader(options);
  const Outcome outcome = work.run("answer", {{"model", "model"}}, kAsked);
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  const std::vector<std::string> lines = lines_of(outcome.out);
  REQUIRE(lines.size() == 2);
  const std::vector<std::string> first = split(lines[0], "\t"), second = split(lines[1], "\t");
  REQUIRE(first.size() == 3);
  CHECK((first[0] == "Ann" || first[0] == "Bob"));
  CHECK_THAT(first[1], Catch::StartsWith(first[0] + "=0."));
  REQUIRE(second.size() == 3);
  CHECK((second[0] == "Zoe" || second[0] == "sleeps"));
  const Outcome labelled =
      work.run("answer", {{"model", "model"}, {"labelled", ""}, {"input", "questions.tsv"}});
  CHECK(labelled.status == 0);
  CHECK_THAT(labelled.err, Contains("60 questions  accuracy "));
}

TEST_CASE("a reader learns who sleeps") {
  const ReaderWorkspace work;
  work.make_good_reader();
  const Outcome labelled =
      work.run("answer", {{"model", "model"}, {"labelled", ""}, {"input", "questions.tsv"}});
  CHECK_THAT(labelled.err, Contains("accuracy 1.0000"));
}

TEST_CASE("a reader with markers tells names apart that it has never read") {
  const ReaderWorkspace work;
  work.make_good_reader({{"entity-markers", "3"}});
  std::string renamed = work.read("questions.tsv");
  for (const auto& [known, fresh] :
       {std::pair("Ann", "Quirin"), {"Bob", "Xaver"}, {"Zoe", "Ysolde"}})
    for (size_t at = 0; (at = renamed.find(known, at)) != std::string::npos;)
      renamed.replace(at, std::string_view(known).size(), fresh);
  work.write("renamed.tsv", renamed);
  const Outcome labelled =
      work.run("answer", {{"model", "model"}, {"labelled", ""}, {"input", "renamed.tsv"}});
  INFO(labelled.err);
  CHECK_THAT(labelled.err, Contains("accuracy 1.0000"));
  CHECK_THAT(labelled.out, Contains("Quirin=0.") || Contains("Xaver=0."));
  std::string words = work.read("model/vocabulary.txt");
  words.replace(words.find("@entity2"), 8, "nothing2");
  work.write("model/vocabulary.txt", words);
  check_refused(work.run("answer", {{"model", "model"}}, kAsked), 1,
                {"vocabulary.txt", "@entity2", "3 entity_markers"});
}

TEST_CASE("what a reader attends to is written as tables and as a page") {
  const ReaderWorkspace work;
  work.make_reader();
  const Outcome outcome = work.run("answer",
                                   {{"model", "model"},
                                    {"attention", "alpha.csv"},
                                    {"query-weights", "beta.csv"},
                                    {"document-weights", "s.csv"},
                                    {"highlight", "page.html"}},
                                   kAsked);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  const std::vector<std::string> alpha = lines_of(work.read("alpha.csv"));
  REQUIRE(alpha.size() == 1 + 5 * 6 + 2 * 2);
  CHECK_THAT(alpha[0], Catch::StartsWith("question,target_position,"));
  CHECK_THAT(alpha[1], Catch::StartsWith("0,0,XXXXX,0,Ann,"));
  const std::vector<std::string> beta = lines_of(work.read("beta.csv"));
  CHECK(beta[0] == "question,position,word,weight\r");
  REQUIRE(beta.size() == 1 + 5 + 2);
  CHECK_THAT(beta[6], Catch::StartsWith("1,0,XXXXX,"));
  const std::vector<std::string> s = lines_of(work.read("s.csv"));
  REQUIRE(s.size() == 1 + 6 + 2);
  CHECK_THAT(s[7], Catch::StartsWith("1,0,Zoe,"));
  CHECK_THAT(work.read("page.html"), Contains("Question 1") && Contains("data-weight"));
  work.make_reader({{"reader", "sum"}, {"model", "other"}});
  check_refused(work.run("answer", {{"model", "other"}, {"query-weights", "b.csv"}}, kAsked), 1,
                {"--reader sum"});
}

// A language model that knows Ann alone outweighs a reader that counts for nothing.
TEST_CASE("language models order the candidates once more") {
  const ReaderWorkspace work;
  work.make_reader();
  std::string text;
  for (int i = 0; i < 40; ++i) text += "Ann has no work .\n";
  work.write("text.txt", text + "Bob runs .\n");
  const Outcome trained = work.run("train-language-model", {{"train", "text.txt"},
                                                            {"valid", "text.txt"},
                                                            {"model", "language"},
                                                            {"embedding-size", "8"},
                                                            {"hidden-size", "8"},
                                                            {"dropout", "0"},
                                                            {"learning-rate", "0.02"},
                                                            {"batch-size", "8"},
                                                            {"updates", "60"},
                                                            {"threads", "1"}});
  INFO(trained.err);
  REQUIRE(trained.status == 0);
  const std::string asked =
      "Ann sleeps but Bob runs .\tXXXXX has no work .\tBob|Ann\n"
      "Bob runs but Ann sleeps .\tXXXXX has no work .\tAnn|Bob\n";
  const Given options = {{"model", "model"}, {"rerank-model", "language"}};
  const auto with = [&](const std::string& weights) {
    Given all = options;
    all["rerank-weights"] = weights;
    const Outcome outcome = work.run("answer", all, asked);
    INFO(outcome.err);
    CHECK(outcome.status == 0);
    return lines_of(outcome.out);
  };
  for (const std::string& line : with("0,1")) {
    CHECK_THAT(line, Catch::StartsWith("Ann\tAnn=0.") || Catch::StartsWith("Ann\tAnn=1."));
    const std::vector<std::string> fields = split(line, "\t");
    REQUIRE(fields.size() == 3);
  }
  for (const std::string& line : with("0,-1")) CHECK_THAT(line, Catch::StartsWith("Bob\t"));
  CHECK(with("1,0") == lines_of(work.run("answer", {{"model", "model"}}, asked).out));
  check_refused(
      work.run("answer",
               {{"model", "model"}, {"rerank-model", "language"}, {"rerank-weights", "1"}}, asked),
      2, {"--rerank-weights", "1 language"});
  check_refused(work.run("answer", {{"model", "model"}, {"rerank-model", "model"}}, asked), 1,
                {"reader"});
  REQUIRE(work.run("train-language-model", {{"train", "text.txt"},
                                            {"valid", "text.txt"},
                                            {"model", "short"},
                                            {"architecture", "transformer"},
                                            {"positions", "learned"},
                                            {"max-positions", "6"},
                                            {"embedding-size", "8"},
                                            {"updates", "1"},
                                            {"threads", "1"}})
              .status == 0);
  check_passed_over_line_2(
      work.run("answer", {{"model", "model"}, {"rerank-model", "short"}},
               "Ann sleeps\tXXXXX has\nAnn sleeps\tXXXXX has no work at all .\nBob runs\tXXXXX\n"),
      "the line has 7 tokens", 3);
  check_refused(work.run("answer", {{"model", "model"}, {"rerank-weights", "1,1"}}, asked), 2,
                {"--rerank-model"});
}

TEST_CASE("questions may name lines of a book") {
  const ReaderWorkspace work;
  std::string book, list;
  for (size_t i = 0; i < 30; ++i) {
    book += sleepers()[i % 5] + " sleeps .\nNow " + sleepers()[i % 5] + " has no work .\n";
    list += std::to_string(2 * i + 1) + "\t1\t" + sleepers()[i % 5] + "\t" + sleepers()[i % 5] +
            "|" + sleepers()[(i + 1) % 5] + "\n";
  }
  work.write("book.txt", book);
  work.write("list.tsv", list);
  work.make_reader({{"train", "list.tsv"}, {"book", "book.txt"}, {"context-lines", "3"}});
  const Outcome labelled =
      work.run("answer",
               {{"model", "model"}, {"labelled", ""}, {"input", "list.tsv"}, {"book", "book.txt"}});
  INFO(labelled.err);
  CHECK(labelled.status == 0);
  CHECK_THAT(labelled.err, Contains("30 questions"));
  check_passed_over_line_2(
      work.run("answer", {{"model", "model"}, {"book", "book.txt"}}, "1\t1\n99\t0\n3\t1\n"),
      "from 0 to 59", 3);
  const Outcome no_book = work.run("answer", {{"model", "model"}}, "1\t1\n");
  CHECK_THAT(no_book.err, Contains("line 1: no answer") && Contains("require --book"));
  work.write("empty.txt", "");
  check_refused(work.run("answer", {{"model", "model"}, {"book", "empty.txt"}}, "1\t1\n"), 1,
                {"expected a book with lines", "empty.txt"});
  check_refused(work.train_reader({{"valid", "list.tsv"}, {"book", "book.txt"}}), 2,
                {"--book", "--valid-book"});
}

TEST_CASE("bad questions are refused in training and passed over in answering") {
  const ReaderWorkspace work;
  work.write("bad.tsv", questions_text(9) + "one column\n");
  check_refused(work.train_reader({{"train", "bad.tsv"}}), 1, {"bad.tsv", "line 10", "1 column"});
  work.write("missing.tsv", questions_text(20) + "a b\tXXXXX\tc\n");
  check_refused(work.train_reader({{"train", "missing.tsv"}, {"missing-answers", "refuse"}}), 1,
                {"missing.tsv", "line 21", "'c'"});
  const Outcome outcome = work.train_reader({{"train", "missing.tsv"}});
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.err, Contains("does not stand in the document") ||
                              Contains("do not stand in the document"));
  check_passed_over_line_2(
      work.run("answer", {{"model", "model"}}, "a b\tXXXXX\na b\tno blank\nc\tXXXXX\n"),
      "0 of them", 3);
  const Outcome labelled = work.run("answer", {{"model", "model"}, {"labelled", ""}},
                                    "a a\tXXXXX\ta\na b\tno blank\ta\na a\tXXXXX\ta\n");
  check_passed_over_line_2(labelled, "0 of them", 3);
  CHECK_THAT(labelled.err, Contains("2 questions  accuracy 1.0000"));
  check_passed_over_line_2(
      work.run("answer", {{"model", "model"}}, "a b\tXXXXX\n\tXXXXX a\nc\tXXXXX\n"), "no words", 3);
  check_passed_over_line_2(
      work.run("answer", {{"model", "model"}}, "a b\tXXXXX\na b\tXXXXX\ta\ta|b\nc\tXXXXX\n"),
      "got 4 columns; questions with answers are --labelled", 3);
  check_refused(work.train_reader({{"label-smoothing", "0.1"}}), 2, {"--label-smoothing"});
}

TEST_CASE("answers that are not among their candidates are counted") {
  const ReaderWorkspace work;
  work.write("not-offered.tsv", questions_text(20) + "a b\tXXXXX\ta\tb|c\n");
  const Outcome outcome =
      work.train_reader({{"train", "not-offered.tsv"}, {"valid", "not-offered.tsv"}});
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.err,
             Contains("the answers of 1 training question and 1 validation question are "
                      "not among their candidates"));
}

TEST_CASE("what a reader has no positions for is passed over") {
  const ReaderWorkspace work;
  work.make_reader({{"encoder", "transformer"}, {"positions", "learned"}, {"max-positions", "8"}});
  check_passed_over_line_2(
      work.run("answer", {{"model", "model"}}, "a b\tXXXXX\na b c d e f g h i\tXXXXX\nc\tXXXXX\n"),
      "at most 8 words, for which the model has positions, got 9 and 1", 3);
}

TEST_CASE("a reader starts from another one") {
  const ReaderWorkspace work;
  work.make_reader();
  const Outcome outcome = work.train_reader({{"model", "second"}, {"pretrained-model", "model"}});
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(work.read("second/vocabulary.txt") == work.read("model/vocabulary.txt"));
  check_refused(work.run("classify", {{"model", "model"}}, "a\n"), 1, {"reader", "alinea answer"});
}

}  // namespace
}  // namespace alinea
