#include "reports/run_report.h"

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <regex>
#include <sstream>

#include "reports/tags.h"
#include "storage/temporary_folder.h"
#include "support/error.h"

namespace alinea {

using Catch::Matchers::Contains;

namespace {

using boost::property_tree::ptree;

// Text that wants to be markup, wherever a user or a folder from elsewhere can put it.
const std::string kHostile = "</script><script>bad()</script>\"'&<b>";

ModelSummary small_summary() {
  ModelSummary summary;
  summary.folder = "models/first";
  summary.kind = "translation model";
  summary.model = {{"cell", "gru"}, {"hidden_size", 12}};
  summary.training = {{"source", "train.de"}, {"seed", 1}};
  summary.parameters = {{"output.weight", {3, 5}, 15}, {"output.bias", {3}, 3}};
  summary.vocabularies = {{"source", 12, {"<unk>", "<s>"}}};
  summary.log = {{"update", "loss", "valid_loss"},
                 {{3, 2.5, std::nullopt}, {5, NAN, std::nullopt}, {5, std::nullopt, 1.25}}};
  summary.last_validation = summary.best_validation = 2;
  return summary;
}

SampleTranslation small_sample() {
  SampleTranslation sample;
  sample.alignment.sentence = 7;
  sample.alignment.source = {"ein", "</s>"};
  sample.alignment.target = {"a", "b", "</s>"};
  sample.alignment.weights = {0.75F, 0.25F, 1, 0, 0.0625F, 0.9375F};
  sample.score = -0.5;
  sample.reference = "a b";
  return sample;
}

std::string written_report(const RunReport& report) {
  const TemporaryFolder folder;
  write_run_report(folder.path() / "page.html", report);
  CHECK(folder.file_count() == 1);
  return bytes_of(folder.path() / "page.html");
}

// What stands between the first `begin` and the next `end`.
std::string between(const std::string& page, const std::string& begin, const std::string& end) {
  const size_t from = page.find(begin);
  REQUIRE(from != std::string::npos);
  return page.substr(from + begin.size(), page.find(end, from) - from - begin.size());
}

nlohmann::json curves_of(const std::string& page) {
  return nlohmann::json::parse(
      between(page, "<script type=\"application/json\" id=\"curves-data\">", "</script>"));
}

// The page without what is no XML: the head, the scripts, the line of the doctype.
ptree body_of(std::string page) {
  page = std::regex_replace(page, std::regex("<div class=\"chart\""), "<div");
  std::string body = "<body>" + between(page, "<body>", "<footer>") + "</body>";
  for (size_t at = body.find("<script"); at != std::string::npos; at = body.find("<script"))
    body.erase(at, body.find("</script>", at) + 9 - at);
  REQUIRE(tags_match(body));
  std::istringstream in(body);
  ptree tree;
  read_xml(in, tree, boost::property_tree::xml_parser::trim_whitespace);
  return tree.get_child("body");
}

}  // namespace

TEST_CASE("the report draws its curves from the log, and what is not finite is a gap") {
  const std::string page = written_report({small_summary(), {}, {}});
  const nlohmann::json curves = curves_of(page);
  REQUIRE(curves.size() == 1);
  CHECK(curves[0]["series"] == nlohmann::json({"loss", "valid_loss"}));
  CHECK(curves[0]["rows"] == nlohmann::json::parse(R"([[3.0, 2.5, null], [5.0, "gap", 1.25]])"));
  CHECK_THAT(page, Contains("Left out: 1 value that is not finite.") &&
                       Contains("Loss over updates. Loss: from 2.5 to 2.5"));
}

TEST_CASE("a sample has its words as buttons, and a row of weights for each translated word") {
  const ptree body = body_of(written_report({small_summary(), {small_sample()}, {}}));
  ptree article;
  for (const auto& [tag, section] : body)
    if (section.get("<xmlattr>.id", "") == "translations") article = section.get_child("article");
  CHECK(article.get<std::string>("<xmlattr>.id") == "s7");
  CHECK(nlohmann::json::parse(article.get<std::string>("<xmlattr>.data-weights")) ==
        nlohmann::json::parse("[[0.75, 0.25], [1, 0], [0.0625, 0.938]]"));
  std::vector<std::string> words, stops;
  for (const auto& [tag, side] : article) {
    if (tag != "div" || side.get_child("p").count("button") == 0) continue;
    for (const auto& [name, button] : side.get_child("p")) {
      if (name != "button") continue;
      words.push_back(button.get<std::string>("bdi"));
      stops.push_back(button.get<std::string>("<xmlattr>.tabindex"));
    }
  }
  CHECK(words == std::vector<std::string>{"ein", "</s>", "a", "b", "</s>"});
  CHECK(stops == std::vector<std::string>{"0", "-1", "0", "-1", "-1"});
}

TEST_CASE("a sample of a model without attention has words and no buttons") {
  SampleTranslation sample = small_sample();
  sample.alignment.weights.clear();
  const std::string page = written_report({small_summary(), {sample}, {}});
  CHECK_THAT(page, !Contains("<button type=") && !Contains("data-weights=") &&
                       Contains("<bdi>ein</bdi>") && Contains("a b"));
}

TEST_CASE("no text becomes markup, wherever it comes from") {
  const std::string clean = written_report({small_summary(), {small_sample()}, {}});
  RunReport report{small_summary(), {small_sample()}, {}};
  ModelSummary& summary = report.summary;
  summary.folder = kHostile;
  summary.model[kHostile] = kHostile;
  summary.training[kHostile] = {{kHostile, kHostile}};
  summary.vocabularies[0].first.push_back(kHostile);
  summary.notes.push_back(kHostile);
  summary.log.columns[1] = kHostile;
  SampleTranslation& sample = report.translations[0];
  sample.alignment.source[0] = sample.alignment.target[0] = sample.reference = kHostile;
  const std::string page = written_report(report);
  const auto count = [](const std::string& text, const std::string& what) {
    int64_t found = 0;
    for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
      ++found;
    return found;
  };
  CHECK(count(page, "<script") == count(clean, "<script"));
  CHECK(count(page, "</script") == count(clean, "</script"));
  CHECK(count(page, "<b>") == count(clean, "<b>"));
  CHECK(curves_of(page)[1]["series"][0] == kHostile);
  const ptree body = body_of(page);
  CHECK_THAT(body.get<std::string>("h1"), Contains(kHostile));
}

TEST_CASE("a report of documents highlights them") {
  const DocumentAttention document{"praise", 0.75, {{1, {"good", kHostile}, {0.875F, 0.125F}}}};
  const std::string page = written_report({small_summary(), {}, {document, document}});
  CHECK_THAT(page, Contains("Document 1: praise, probability 0.7500") &&
                       Contains("title=\"p_w 0.8750") && !Contains("<b>\""));
}

TEST_CASE("the report needs no network, and carries the licence of what draws its curves") {
  const std::string page = written_report({small_summary(), {small_sample()}, {}});
  CHECK_THAT(page, Contains("default-src 'none'") && Contains("Dan Vanderkam") &&
                       Contains("Permission is hereby granted, free of charge") &&
                       Contains("new Dygraph("));
  for (const char* outside : {" src=", "@import", "<link", "url("})
    CHECK_THAT(page, !Contains(outside));
  CHECK(page.ends_with("</html>\n"));
}

TEST_CASE("a report of a folder without a log says so and carries no library") {
  ModelSummary summary = small_summary();
  summary.log = {};
  summary.last_validation = summary.best_validation = std::nullopt;
  const std::string page = written_report({summary, {}, {}});
  CHECK_THAT(page, Contains("no log of a training") && !Contains("Dan Vanderkam"));
  CHECK_THROWS_AS(write_run_report("/nowhere/page.html", {summary, {}, {}}), Error);
}

}  // namespace alinea
