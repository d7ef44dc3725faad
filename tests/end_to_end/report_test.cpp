// A run on one page, by the program.
#include <catch2/catch.hpp>

#include "document_workspace.h"

namespace alinea {
namespace {

using Catch::Matchers::Contains;

size_t count_of(const std::string& text, const std::string& what) {
  return split(text, what).size() - 1;
}

TEST_CASE("report shows a training and the first lines of a text, translated and aligned") {
  const Workspace work;
  work.make_model("model", {{"validate-every", "5"}, {"log-every", "1"}});
  work.write("source", "drei <script>bad()</script> und\n\nfünf\nsieben\n");
  work.write("target", "three and\n\nfive & <i>six</i>\nseven\n");
  const Outcome outcome = work.run("report", {{"model", "model"},
                                              {"output", "page.html"},
                                              {"source", "source"},
                                              {"target", "target"},
                                              {"samples", "3"}});
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(outcome.out.empty());
  const std::string page = work.read("page.html");
  CHECK_THAT(page, Contains("translation model in model") && Contains("\"valid_perplexity\"") &&
                       Contains("five &amp; &lt;i&gt;six&lt;/i&gt;") &&
                       Contains("&lt;script&gt;bad()&lt;/script&gt;") &&
                       Contains("<th scope=\"row\">hidden_size</th><td>12</td>"));
  CHECK(count_of(page, "<article") == 3);
  CHECK(count_of(page, "data-weights=") == 2);  // not of the empty line
  CHECK_FALSE(work.exists("model/page.html"));
}

TEST_CASE("the page shows a source line that was cut as its beginning") {
  const Workspace work;
  work.make_model("model");
  work.write("whole", "acht tausend vier hundert\n");
  work.write("begin", "acht tausend\n");
  const auto article = [&](const Given& more) {
    Given options = {{"model", "model"}, {"output", "page.html"}};
    options.insert(more.begin(), more.end());
    CHECK(work.run("report", options).status == 0);
    const std::string page = work.read("page.html");
    const size_t begin = page.find("<article");
    return page.substr(begin, page.find("</article>") - begin);
  };
  const std::string cut = article({{"source", "whole"}, {"max-length", "2"}});
  CHECK(cut == article({{"source", "begin"}}));
  CHECK_THAT(cut, Contains("tausend") && Contains("data-weights=") && !Contains("hundert"));
}

TEST_CASE("report shows a classifier and the documents that it reads") {
  const DocumentWorkspace work;
  work.make_classifier("model", {{"valid", "valid.tsv"}});
  work.write("letters", "Many thanks for the room. I write at my desk.\n\n");
  const Outcome outcome =
      work.run("report", {{"model", "model"}, {"output", "page.html"}, {"input", "letters"}});
  INFO(outcome.err);
  CHECK(outcome.status == 0);
  const std::string page = work.read("page.html");
  CHECK_THAT(page, Contains("document classifier in model") && Contains("valid_accuracy") &&
                       Contains("Document 0: ") && Contains("Document 1: ") &&
                       Contains(">desk</bdi>"));
}

TEST_CASE("report says that a text has no samples") {
  const DocumentWorkspace work;
  work.write("empty", "");
  work.make_model("model");
  work.make_classifier("classifier");
  check_refused(
      work.run("report", {{"model", "model"}, {"output", "page.html"}, {"source", "empty"}}), 1,
      {"no samples", "'empty' has no lines", "--source"});
  check_refused(
      work.run("report", {{"model", "classifier"}, {"output", "page.html"}, {"input", "empty"}}), 1,
      {"no samples", "'empty' has no lines", "--input"});
  CHECK_FALSE(work.exists("page.html"));
}

TEST_CASE("report --compare draws the curves of several runs in one picture") {
  const Workspace work;
  work.make_model("model");
  work.make_model("other", {{"seed", "2"}});
  const Outcome outcome =
      work.run("report", {{"model", "model"}, {"compare", "other"}, {"output", "page.html"}});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  CHECK_THAT(
      work.read("page.html"),
      Contains("[\"loss, model\",\"valid_loss, model\",\"loss, other\",\"valid_loss, other\"]") &&
          Contains("\"runs\":[0,0,1,1]"));
}

TEST_CASE("report refuses what does not belong to the model") {
  const Workspace work;
  work.make_model("model", {{"attention", "none"}});
  const auto refused = [&work](Given options, int status, const std::vector<std::string>& words) {
    options.merge(Given{{"model", "model"}, {"output", "page.html"}});
    check_refused(work.run("report", options), status, words);
    CHECK_FALSE(work.exists("page.html"));
  };
  refused({{"target", "valid.en"}}, 2, {"--target requires --source"});
  refused({{"input", "valid.de"}}, 2, {"--input does not apply", "translation model"});
  refused({{"model", "none"}}, 1, {"no model folder none"});
  refused({{"compare", "none"}}, 1, {"no model folder none"});
  refused({{"compare", "model"}}, 2, {"--compare", "model twice"});
  work.write("short", "eins\n");
  refused({{"source", "valid.de"}, {"target", "short"}}, 1, {"as many lines", "1 and 20"});

  // Without attention the translations stand there alone.
  const Outcome outcome =
      work.run("report", {{"model", "model"}, {"output", "page.html"}, {"source", "valid.de"}});
  CHECK(outcome.status == 0);
  CHECK_THAT(work.read("page.html"), Contains("<article") && !Contains("<button"));
}

}  // namespace
}  // namespace alinea
