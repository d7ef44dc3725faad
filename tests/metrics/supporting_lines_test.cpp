#include "metrics/supporting_lines.h"

#include <catch2/catch.hpp>

#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;

const std::string kSupportStories =
    "1 Mary, \"the yak\", went.\n2 John went.\n3 Where is Mary?\thall\t1\n"
    "1 a\n2 b\n3 c\n4 Who?\tb c\t2 3\n5 Who?\tx\n";
const std::string kSupportHeader = "question,layer,head,line,sentence,weight\r\n";

StoryCorpus support_stories() {
  const TemporaryFolder folder;
  return read_story_file(folder.file("stories", kSupportStories), {});
}

SupportingLines read_support(const std::string& rows) {
  const TemporaryFolder folder;
  return supporting_lines(folder.file("table.csv", kSupportHeader + rows), support_stories());
}

// The rows of questions that a test is not about.
const std::string kSupportSecond = "1,0,0,1,a,1\r\n", kSupportThird = "2,0,0,1,a,1\r\n";
const std::string kSupportYak = "\"Mary, \"\"the yak\"\", went.\"";

TEST_CASE("the mass of supporting lines is the mean over questions and heads") {
  const SupportingLines lines =
      read_support("0,0,0,1," + kSupportYak +
                   ",0.5\r\n0,0,0,2,John went.,0.25\r\n"
                   "0,0,0,3,Where is Mary?,0.25\r\n0,1,0,1," +
                   kSupportYak +
                   ",0.1\r\n0,1,0,2,John went.,0.9\r\n0,1,0,3,Where is Mary?,0\r\n"
                   "1,0,0,1,a,0\r\n1,0,0,2,b,0.375\r\n1,0,0,3,c,0.125\r\n1,0,0,4,Who?,0.5\r\n"
                   "1,1,0,1,a,1\r\n1,1,0,2,b,0\r\n1,1,0,3,c,0\r\n1,1,0,4,Who?,0\r\n" +
                   kSupportThird);
  CHECK(lines.questions == 2);
  CHECK(lines.without == 1);
  REQUIRE(lines.heads.size() == 2);
  CHECK(lines.heads.at({0, 0}).mass == Approx((0.5 + 0.5) / 2));
  CHECK(lines.heads.at({1, 0}).mass == Approx(0.1 / 2));
  CHECK(lines.mass == Approx((0.3 + 0.25) / 2));
  CHECK(lines.uniform == Approx((1.0 / 3 + 2.0 / 4) / 2));
  CHECK(lines.first == 0);  // line 2 of the first, line 1 of the second
  CHECK_THAT(lines.to_string(),
             Contains("0.2750") && Contains("layer 1 head 0: 0.0500") && Contains("2 questions"));
}

TEST_CASE("a head that looks at nothing from a question does not count there") {
  const std::string first = "0,0,0,1," + kSupportYak + ",0.75\r\n0,0,0,2,John went.,0.25\r\n";
  const SupportingLines lines = read_support(first + "0,0,1,1," + kSupportYak +
                                             ",0\r\n0,0,1,2,John went.,0\r\n"
                                             "1,0,0,2,b,0.5\r\n1,0,1,1,a,1\r\n" +
                                             kSupportThird);
  CHECK(lines.questions == 2);
  CHECK(lines.mass == Approx((0.75 + (0.5 + 0) / 2) / 2));
  CHECK(lines.heads.at({0, 0}).mass == Approx((0.75 + 0.5) / 2));
  CHECK(lines.heads.at({0, 1}).questions == 1);
  CHECK_THAT(lines.to_string(), Contains("layer 0 head 1: 0.0000 of 1 question"));

  const SupportingLines idle =
      read_support(first + "0,0,1,1," + kSupportYak + ",0\r\n" + "1,0,0,2,b,0\r\n" + kSupportThird);
  CHECK(idle.questions == 1);
  CHECK(idle.without_weights == 1);
  CHECK_THAT(idle.to_string(), Contains("layer 0 head 1: left out, looks at nothing"));
}

TEST_CASE("the question's own line is no fact to be the heaviest") {
  const SupportingLines lines = read_support(
      "0,0,0,1," + kSupportYak +
      ",0.3\r\n0,0,0,2,John went.,0.1\r\n0,0,0,3,Where is Mary?,0.6\r\n1,0,0,2,b,1\r\n" +
      kSupportThird);
  CHECK(lines.first == 1);
}

TEST_CASE("tables of other stories, and what is none, are refused by file and line") {
  const auto message = [](const std::string& rows) -> std::string {
    try {
      read_support(rows);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  CHECK_THAT(message("0,0,0,4,a,0.3\r\n"), Contains("line 2") && Contains("same stories"));
  CHECK_THAT(message("9,0,0,1,a,0.3\r\n"), Contains("from 0 to 2"));
  CHECK_THAT(message("0,0,0,2,John went.,1\r\n" + kSupportSecond + "0,0,0,1,a,1\r\n"),
             Contains("line 4") && Contains("order"));
  CHECK_THAT(message("0,0,0,2,Jane went.,0.3\r\n"),
             Contains("line 2") && Contains("'John went.', but 'Jane went.'"));
  CHECK_THAT(message(kSupportSecond), Contains("line 2") && Contains("question 0 has no rows"));
  CHECK_THAT(message("0,0,0,2,John went.,1\r\n" + kSupportSecond),
             Contains("question 2 has no rows") && Contains("the same 3 questions"));
  CHECK_THAT(message("0,0,0,1,a,2\r\n"), Contains("'2'"));
  CHECK_THAT(message("0,0,0,1,a,nan\r\n"), Contains("'nan'"));
  CHECK_THAT(message("0,0,0,1\r\n"), Contains("got 4"));
  CHECK_THAT(message("0,0,0,1,\"a,0.3\r\n"), Contains("quote"));
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(supporting_lines(folder.file("table.csv", "a,b\r\n"), support_stories()),
                    Contains("line 1") && Contains("answer --attention"));
}

}  // namespace
}  // namespace alinea
