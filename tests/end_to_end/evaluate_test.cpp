// Translations against references, alignments against gold ones.
#include <catch2/catch.hpp>

#include "half_trained.h"

namespace alinea {
namespace {

using Catch::Contains;
using Catch::StartsWith;

void write_script(const Workspace& work, const std::string& name, const std::string& commands) {
  work.write(name, "#!/bin/sh\n" + commands + "\n");
  std::filesystem::permissions(work.path(name), std::filesystem::perms::owner_all);
}

TEST_CASE("evaluate prints BLEU, chrF and what they were computed with") {
  const Workspace work;
  make_half_trained(work, "model", {{"updates", "120"}});
  work.write("output", work.run("translate", {{"model", "model"}}, work.read("train.de")).out);
  const Outcome outcome =
      work.run("evaluate", {{"hypotheses", "output"}, {"references", "train.en"}});
  CHECK(outcome.status == 0);
  const std::vector<std::string> lines = lines_of(outcome.out);
  REQUIRE(lines.size() == 4);
  CHECK_THAT(lines[0], Catch::StartsWith("BLEU = "));
  CHECK(std::stod(lines[0].substr(7)) > 5);
  CHECK(std::stod(lines[0].substr(7)) < 100);
  CHECK_THAT(lines[1], Catch::Contains("tok:13a"));
  CHECK_THAT(lines[2], Catch::StartsWith("chrF2 = "));
  CHECK_THAT(lines[3], Catch::Contains("nrefs:1"));
}

TEST_CASE("evaluate compares in lower case on request, and says so") {
  const Workspace work;
  work.write("output", "Ein Mann GEHT über die ÄCKER.\n");
  work.write("reference", "ein mann geht Über die äcker.\n");
  const Given given = {{"hypotheses", "output"}, {"references", "reference"}};
  Given lower = given;
  lower["lowercase"] = "";
  const std::vector<std::string> kept = lines_of(work.run("evaluate", given).out),
                                 same = lines_of(work.run("evaluate", lower).out);
  REQUIRE(kept.size() == 4);
  REQUIRE(same.size() == 4);
  CHECK_THAT(same[0], Catch::StartsWith("BLEU = 100.00 "));
  CHECK_THAT(same[1], Catch::Contains("|case:lc|"));
  CHECK(same[2] == "chrF2 = 100.00");
  CHECK_THAT(same[3], Catch::Contains("|case:lc|"));
  CHECK_THAT(kept[0], !Catch::StartsWith("BLEU = 100"));
  CHECK_THAT(kept[1], Catch::Contains("|case:mixed|"));
}

TEST_CASE("evaluate prints ROUGE of summaries, with stems on request") {
  const Workspace work;
  work.write("output", "police arrest five protesters\n");
  work.write("reference", "police arrested five anti-nuclear protesters\n");
  const Given given = {{"hypotheses", "output"}, {"references", "reference"}, {"rouge", ""}};
  const std::vector<std::string> lines = lines_of(work.run("evaluate", given).out);
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "ROUGE-1 = 60.00 (recall = 50.00 precision = 75.00)");
  CHECK(lines[2] == "ROUGE-L = 60.00 (recall = 50.00 precision = 75.00)");
  CHECK_THAT(lines[3], StartsWith("nrefs:1|case:lc|stem:no|"));
  Given stems = given;
  stems["stem"] = "";
  CHECK_THAT(work.run("evaluate", stems).out,
             StartsWith("ROUGE-1 = 80.00 (recall = 66.67 precision = 100.00)"));
  Given words = given;
  words["max-words"] = "1";
  CHECK_THAT(work.run("evaluate", words).out,
             StartsWith("ROUGE-1 = 28.57 (recall = 16.67 precision = 100.00)"));
  Given bytes = given;
  bytes["max-bytes"] = "8";  // "police a"
  CHECK_THAT(work.run("evaluate", bytes).out,
             StartsWith("ROUGE-1 = 25.00 (recall = 16.67 precision = 50.00)"));
  const Given refused = {{"hypotheses", "output"}, {"references", "reference"}, {"stem", ""}};
  check_refused(work.run("evaluate", refused), 2, {"--stem requires --rouge"});
  check_refused(work.run("evaluate", {{"rouge", ""}}), 2, {"--rouge", "--references"});
}

TEST_CASE("evaluate compares links with gold ones, in every form") {
  const Workspace work;
  work.write("found", "0-0 1-1\n\n2-1\n");
  work.write("gold", "0-0 1?1 2-2\n0-0\n2-1\n");
  work.write("counted-from-1", "1-1 2?2 3-3\n1-1\n3-2\n");
  work.write("naacl", "1 1 1 S\n1 2 2 P\n1 3 3\n2 1 1 S\n3 3 2 S\n");
  work.write("numbered", "4\t0-0 1p1 2-2\n5\t0-0\n6\t2-1\n");
  work.write("counted-from-0", "1 0 0 S\n1 1 1 P\n1 2 2\n2 0 0 S\n3 2 1 S\n");
  work.write("short", "0-0\n");
  // |A| = 3, |S| = 4, |A ∩ S| = 2, |A ∩ P| = 3
  const std::string expected = "AER = 0.2857 (precision = 1.0000 recall = 0.5000";
  for (const Given& given :
       {Given{{"gold", "gold"}}, Given{{"gold", "counted-from-1"}, {"first-index", "1"}},
        Given{{"gold", "numbered"}}, Given{{"gold", "naacl"}, {"gold-format", "naacl"}},
        Given{{"gold", "naacl"}, {"gold-format", "naacl"}, {"first-index", "1"}},
        Given{{"gold", "counted-from-0"}, {"gold-format", "naacl"}, {"first-index", "0"}}}) {
    Given options = {{"alignments", "found"}};
    options.insert(given.begin(), given.end());
    const Outcome outcome = work.run("evaluate", options);
    CHECK(outcome.status == 0);
    CHECK(outcome.err.empty());
    CHECK_THAT(outcome.out, Catch::StartsWith(expected));
  }
  check_refused(work.run("evaluate", {{"alignments", "found"}, {"gold", "short"}}), 1, {"3", "1"});
  check_refused(work.run("evaluate", {{"alignments", "found"}}), 2, {"--alignments", "--gold"});
  check_refused(work.run("evaluate", {{"references", "gold"}}), 2, {"--hypotheses"});
  check_refused(work.run("evaluate", {}), 2, {"--hypotheses", "--alignments"});
}

TEST_CASE("evaluate tells where links are wrong") {
  const Workspace work;
  work.write("found", "0-0 1-1\n\n2-1\n");
  work.write("gold", "0-0 1?1 2-2\n0-0\n2-1\n");
  work.write("source", "a , b\na\na b .\n");
  work.write("target", "A , B\nA\nA .\n");
  work.write("text", "a b A B a b A B a b A B a b A B a b A B a b A B\n");
  const Given given = {
      {"alignments", "found"}, {"gold", "gold"}, {"source", "source"}, {"target", "target"}};
  const std::vector<std::string> lines = lines_of(work.run("evaluate", given).out);
  REQUIRE(lines.size() == 1 + 2 + 1 + 1);  // nothing of groups without links
  CHECK_THAT(lines[1], Catch::StartsWith("punctuation ") && Catch::EndsWith("links = 2 sure = 1)"));
  CHECK_THAT(lines[2], Catch::StartsWith("rare words ") && Catch::EndsWith("links = 1 sure = 3)"));
  CHECK_THAT(lines[3],
             Catch::StartsWith("1 to 9 words ") && Catch::EndsWith("links = 3 sure = 4)"));
  CHECK_THAT(lines[4],
             Catch::StartsWith("distance 0 to 1 ") && Catch::EndsWith("links = 3 sure = 4)"));
  Given counted = given;
  counted.insert({{"training-source", "text"}, {"training-target", "text"}});
  CHECK_THAT(lines_of(work.run("evaluate", counted).out)[2],
             Catch::StartsWith("function words ") && Catch::EndsWith("links = 1 sure = 3)"));

  Given one_side = given;
  one_side.erase("target");
  check_refused(work.run("evaluate", one_side), 2, {"--source", "--target"});
  Given short_text = given;
  work.write("short", "A\n");
  short_text["target"] = "short";
  check_refused(work.run("evaluate", short_text), 1, {"short", "1", "3"});
  work.write("far", "0-0 5?5\n0-0\n2-1\n");
  Given far = given;
  far["gold"] = "far";
  check_refused(work.run("evaluate", far), 1, {"far: line 1: gold link 5-5"});
}

TEST_CASE("gold links that seem to count from 1 are pointed out") {
  const Workspace work;
  work.write("found", "0-0 1-1\n0-1\n");
  work.write("gold", "1-1 2?2\n1-2\n");
  const Given given = {{"alignments", "found"}, {"gold", "gold"}};
  const Outcome outcome = work.run("evaluate", given);
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.out, StartsWith("AER = 0.6000"));
  CHECK_THAT(outcome.err, Contains("gold") && Contains("--first-index 1"));
  CHECK(lines_of(outcome.err).size() == 1);
  Given right = given;
  right["first-index"] = "1";
  const Outcome same = work.run("evaluate", right);
  CHECK_THAT(same.out, StartsWith("AER = 0.0000"));
  CHECK(same.err.empty());
}

TEST_CASE("NULL links of a gold file are left out, with their number") {
  const Workspace work;
  work.write("found", "0-0 1-1\n0-1\n");
  work.write("gold", "0001 1 1 S\n0001 2 2 P\n0001 0 3 S\n0002 1 2 S\n0002 2 0 S\n");
  const Outcome outcome =
      work.run("evaluate", {{"alignments", "found"}, {"gold", "gold"}, {"gold-format", "naacl"}});
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.out, StartsWith("AER = 0.0000 (precision = 1.0000 recall = 1.0000 links = 3 "
                                     "sure = 2)"));
  CHECK_THAT(outcome.err, Contains("left out 2 links") && Contains("NULL"));
}

TEST_CASE("gold sentences far apart take no memory") {
  const Workspace work;
  work.write("found", "0-0\n");
  std::string gold;
  for (int64_t sentence = 1; sentence < 2'000'000'000; sentence += 1'000'000)
    gold += std::to_string(sentence) + " 1 1 S\n";
  work.write("gold", gold);
  const Outcome outcome =
      work.shell("ulimit -v 1000000; ", "evaluate",
                 {{"alignments", "found"}, {"gold", "gold"}, {"gold-format", "naacl"}}, "");
  check_refused(outcome, 1, {"gold:2", "one of 1 sentence,", "1000001"});
}

TEST_CASE("sentences may have several references") {
  const Workspace work;
  work.write("output", "it rains a lot in May\nwe left early that day\n");
  work.write("first", "it rains a lot in May\nthat day we set off early\n");
  work.write("second", "May brings much rain\nwe left early that day\n");
  const auto evaluate = [&](const std::string& references) {
    const Outcome outcome =
        work.shell("", "evaluate", {{"hypotheses", "output"}, {"tokenize", "none"}}, references);
    CHECK(outcome.status == 0);
    return lines_of(outcome.out);
  };
  const std::vector<std::string> both = evaluate("--references first --references second");
  REQUIRE(both.size() == 4);
  CHECK_THAT(both[0], StartsWith("BLEU = 100.00 "));
  CHECK_THAT(both[1], StartsWith("nrefs:2|"));
  CHECK(both[2] == "chrF2 = 100.00");
  CHECK_THAT(both[3], StartsWith("nrefs:2|"));
  CHECK_THAT(evaluate("--references first").at(0), !StartsWith("BLEU = 100"));
  work.write("short", "one\n");
  check_refused(work.shell("", "evaluate", {{"hypotheses", "output"}},
                           "--references first --references short"),
                1, {"short", "output", "1 and 2"});
}

TEST_CASE("BLEU of text without spaces goes by characters, or comes with a warning") {
  const Workspace work;
  work.write("text", "今天老师喜欢两把椅子。\n在春天老医生看见五顶蓝帽子。\n");
  const auto evaluate = [&](const std::string& tokenize) {
    return work.run("evaluate",
                    {{"hypotheses", "text"}, {"references", "text"}, {"tokenize", tokenize}});
  };
  for (const std::string tokenize : {"zh", "char"}) {
    const Outcome outcome = evaluate(tokenize);
    CHECK_THAT(outcome.out, StartsWith("BLEU = 100.00 ") && Contains("|tok:" + tokenize + "|"));
    CHECK(outcome.err.empty());
  }
  const Outcome outcome = evaluate("13a");
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.out, StartsWith("BLEU = 0.00 "));
  CHECK_THAT(outcome.err, Contains("no spaces") && Contains("--tokenize zh"));
}

TEST_CASE("byte order marks, CRLF and a missing last line end change no score") {
  const Workspace work;
  work.write("output", "ein Hund, ja\nwer geht denn da\n");
  work.write("reference", "ein Hund, ja!\nwer geht da\n");
  work.write("output-dos",
             "\xef\xbb\xbf"
             "ein Hund, ja\r\nwer geht denn da");
  work.write("reference-dos",
             "\xef\xbb\xbf"
             "ein Hund, ja!\r\nwer geht da\r\n");
  const Outcome plain =
      work.run("evaluate", {{"hypotheses", "output"}, {"references", "reference"}});
  const Outcome dos =
      work.run("evaluate", {{"hypotheses", "output-dos"}, {"references", "reference-dos"}});
  CHECK(lines_of(plain.out).size() == 4);
  CHECK(dos.out == plain.out);
}

TEST_CASE("texts without anything to compare have no score") {
  const Workspace work;
  work.write("empty", "");
  check_refused(work.run("evaluate", {{"alignments", "empty"}, {"gold", "empty"}}), 1,
                {"no sentences", "empty"});
  check_refused(work.run("evaluate", {{"tagged", "empty"}}), 1, {"no sentences", "empty"});
  work.write("words", "a b c\n");
  work.write("none", "\n");  // a name like any other
  const Outcome outcome =
      work.run("evaluate", {{"hypotheses", "words"}, {"references", "none"}, {"error-rates", ""}});
  INFO(outcome.err);
  CHECK_THAT(outcome.out, Catch::StartsWith("WER = inf% (3 of 0 words"));
}

TEST_CASE("evaluate aligns the words of each line with those of its reference") {
  const Workspace work;
  work.write("said", "one two\nthree\n");
  work.write("right", "one, two\nthree four\n");
  const Given texts = {{"hypotheses", "said"}, {"references", "right"}};
  Given aligned = texts;
  aligned.merge(Given{{"error-rates", ""}, {"error-alignment", "errors.csv"}});
  REQUIRE(work.run("evaluate", aligned).status == 0);
  CHECK(work.read("errors.csv") ==
        "line,error,reference,hypothesis\r\n0,substituted,\"one,\",one\r\n0,correct,two,two\r\n"
        "1,correct,three,three\r\n1,deleted,four,\r\n");
  Given without = texts;
  without["error-alignment"] = "errors.csv";
  check_refused(work.run("evaluate", without), 2, {"--error-alignment", "--error-rates"});
}

TEST_CASE("options of evaluate without effect are refused") {
  const Workspace work;
  work.write("a", "0-0\n");
  const auto refused = [&](Given options, const std::vector<std::string>& words) {
    check_refused(work.run("evaluate", options), 2, words);
  };
  const Given links = {{"alignments", "a"}, {"gold", "a"}},
              texts = {{"hypotheses", "a"}, {"references", "a"}};
  const auto with = [](Given options, const Given& more) {
    options.insert(more.begin(), more.end());
    return options;
  };
  refused(with(links, {{"tokenize", "intl"}}), {"--tokenize", "--references"});
  refused(with(links, {{"lowercase", ""}}), {"--lowercase", "--references"});
  refused(with(texts, {{"first-index", "1"}}), {"--first-index", "--gold"});
  refused(with(texts, {{"gold-format", "naacl"}}), {"--gold-format", "--gold"});
  refused(with(texts, {{"tokenize", "intl"}, {"error-rates", ""}}),
          {"--tokenize", "--error-rates"});
}

TEST_CASE("another program scores translations") {
  const Workspace work;
  work.write("output", "eins\nzwei\n");
  write_script(work, "lines.sh", "wc -l < \"$1\"");
  const Outcome outcome =
      work.run("evaluate", {{"hypotheses", "output"}, {"script-path", "lines.sh"}});
  CHECK(outcome.status == 0);
  CHECK(outcome.out == "lines.sh = 2\n");
  const Outcome both =
      work.run("evaluate",
               {{"hypotheses", "output"}, {"references", "output"}, {"script-path", "./lines.sh"}});
  CHECK(lines_of(both.out).size() == 5);

  write_script(work, "fails.sh", "exit 7");
  write_script(work, "hangs.sh", "sleep 60");
  const auto refused = [&](const std::string& script, const std::vector<std::string>& words) {
    check_refused(
        work.run("evaluate",
                 {{"hypotheses", "output"}, {"script-path", script}, {"script-timeout", "1"}}),
        1, words);
  };
  refused("fails.sh", {"fails.sh", "status 7"});
  refused("hangs.sh", {"hangs.sh", "longer than 1 second"});
  refused("none.sh", {"none.sh", "no such file"});
  refused("output", {"output", "not an executable file"});
  check_refused(work.run("evaluate", {{"script-path", "lines.sh"}}), 2, {"--hypotheses"});
  check_refused(
      work.run("evaluate", {{"hypotheses", "-"}, {"script-path", "./lines.sh"}}, "eins\n"), 2,
      {"--script-path", "must be a file"});
  check_refused(work.run("evaluate", {{"hypotheses", "output"}, {"script-timeout", "1"}}), 2,
                {"--script-path"});
}

}  // namespace
}  // namespace alinea
