#include "reports/reading.h"

#include <catch2/catch.hpp>

#include "storage/temporary_folder.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;

TEST_CASE("the weights of words are a row each, byte by byte") {
  const TemporaryFolder folder;
  WordWeightCsvFile file(folder.path() / "weights.csv");
  file.write(0, {"so", "\"", ","}, {0.5F, 0.125F, 0.375F});
  file.write(2, {"日本"}, {1});
  file.finish();
  CHECK(bytes_of(folder.path() / "weights.csv") ==
        "question,position,word,weight\r\n"
        "0,0,so,0.5\r\n0,1,\"\"\"\",0.125\r\n0,2,\",\",0.375\r\n2,0,日本,1\r\n");
}

TEST_CASE("the page shows documents and queries, and takes no word for markup") {
  const TemporaryFolder folder;
  ReadingPageFile file(folder.path() / "page.html");
  file.write(0, {.document = {"<b>", "cat"},
                 .query = {"XXXXX", "&"},
                 .answer = "<b>",
                 .gold = "cat",
                 .probability = 0.75,
                 .s = {0.75F, 0.25F},
                 .beta = {0.5F, 0.5F},
                 .alpha = {1, 0, 0.5F, 0.5F}});
  file.write(1, {});
  file.finish();
  const std::string page = bytes_of(folder.path() / "page.html");
  CHECK_THAT(page, Contains("data-weight=\"0.75\" title=\"0.75\">&lt;b&gt;</bdi>") &&
                       Contains("Answer: <b>&lt;b&gt;</b> (0.7500), expected: <b>cat</b>") &&
                       Contains("[[1,0],[0.5,0.5]]") && Contains("<i>no answer</i>") &&
                       Contains("</html>") && !Contains("><b></bdi>") &&
                       Contains("<bdi class=\"shaded w87\" data-weight=\"0.75\""));
}

TEST_CASE("a page of stories speaks of facts, and marks those that support the answer") {
  const TemporaryFolder folder;
  ReadingPageFile file(folder.path() / "page.html", ReadingPageFile::Of::kStories);
  file.write(0, {.document = {"Mary went home.", "John left."},
                 .query = {"Where is Mary?"},
                 .answer = "home",
                 .gold = "home",
                 .probability = 0.75,
                 .s = {0.5F, 0.25F},
                 .beta = {0.25F},
                 .alpha = {0.5F, 0.25F},
                 .supporting = {true, false}});
  file.finish();
  const std::string page = bytes_of(folder.path() / "page.html");
  CHECK_THAT(page, Contains(" supporting\" data-weight=\"0.5\" title=\"0.5, supports the answer\">"
                            "Mary went home.</bdi>") &&
                       Contains("title=\"0.25\">John left.</bdi>") &&
                       Contains("aria-label=\"question\"") && Contains("aria-label=\"story\"") &&
                       !Contains("β"));
}

TEST_CASE("without finish no page is left") {
  const TemporaryFolder folder;
  { ReadingPageFile(folder.path() / "page.html").write(0, {}); }
  CHECK(!std::filesystem::exists(folder.path() / "page.html"));
}

}  // namespace
}  // namespace alinea
